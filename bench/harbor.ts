/** The Harbor of a benchmark, with the service and a script that makes one call after the other. */
import type { FleetSize } from './fleet-world.ts';
import { benchCrictl } from './node.ts';
import { startProgram } from './program.ts';
import { startService } from './service.ts';

export interface HarborOptions {
  readonly latencyMs: number;
  readonly registry:
    | { readonly artifacts: number }
    | { readonly repositories: number }
    | FleetSize
    | 'comparison';
}

/** Starts all three, each in a process of its own. */
export async function startHarbor(options: HarborOptions) {
  const crictl = benchCrictl(1);
  const harbor = await startProgram('harbor-stand-in', options);
  const script = await startProgram('page-by-page', { harborUrl: harbor.url });
  const service = await startService({ crictlPath: crictl.path, harborUrl: harbor.url });
  return {
    script,
    service,
    /** Starts the least that a Node process does to list all rows. */
    startBare: () => startProgram('bare-pages', { harborUrl: harbor.url }),
    stop: async () => {
      await Promise.all([service.stop(), script.stop(), harbor.stop()]);
      crictl.cleanup();
    },
  };
}

/** Reads a complete answer. @throws Error if it does not have this many rows */
export async function getRows(url: string, count: number, rowsOf = (body: unknown) => body) {
  const response = await fetch(url);
  const rows = rowsOf(await response.json());
  if (!Array.isArray(rows) || rows.length !== count) {
    throw new Error(`${url} answered ${response.status} and not ${count} rows`);
  }
}

/** Reads a complete answer without parsing it. @throws Error if it is none */
export async function getBody(url: string): Promise<number> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}, ${byteLength} bytes`);
  return byteLength;
}
