/** The Harbor of a benchmark, with a service of each build and a script that makes one call after the other. */
import { benchCrictl } from './crictl.ts';
import type { FleetSize } from './fleet-world.ts';
import { startProgram } from './program.ts';
import { type Build, startServices } from './service.ts';

export interface HarborOptions {
  readonly latencyMs: number;
  readonly registry:
    | { readonly artifacts: number }
    | { readonly repositories: number }
    | FleetSize
    | 'comparison';
}

/** Starts all of them, each in a process of its own. */
export async function startHarbor(builds: readonly Build[], options: HarborOptions) {
  const crictl = benchCrictl(1);
  const harbor = await startProgram('harbor-stand-in', options);
  const script = await startProgram('page-by-page', { harborUrl: harbor.url });
  const services = await startServices(builds, {
    crictlPath: crictl.path,
    harborUrl: harbor.url,
  });
  return {
    script,
    services,
    stop: async () => {
      await Promise.all([...services.map(({ program }) => program), script, harbor].map(stopped));
      crictl.cleanup();
    },
  };
}

const stopped = (program: { readonly stop: () => Promise<void> }) => program.stop();

/** Reads a complete answer. @throws Error if it does not have this many rows */
export async function getRows(url: string, count: number): Promise<void> {
  const response = await fetch(url);
  const body = (await response.json()) as { harbor_images?: unknown; errors?: readonly unknown[] };
  // `/images` has its rows in a member, and says in another one what is missing.
  const rows = body.errors?.length === 0 ? body.harbor_images : body;
  if (!Array.isArray(rows) || rows.length !== count) {
    throw new Error(`${url} answered ${response.status} and not ${count} rows`);
  }
}

/** Reads a complete answer without parsing it. @throws Error if it is none */
export async function getBody(url: string): Promise<void> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}, ${byteLength} bytes`);
}
