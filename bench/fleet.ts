/** Many nodes and a registry, each bridge on its own port, and the service over them. */
import { BRIDGE_TOKEN, type FleetSize, nodeName } from './fleet-world.ts';
import { type Program, startProgram } from './program.ts';
import { type Build, startService } from './service.ts';

const PROCESSES = 4;
const HARBOR_MS = 5;

export interface Fleet {
  /** Starts a service that has asked nobody yet. */
  readonly startService: (build: Build) => Promise<Program>;
  /** Starts the script that asks one after another. */
  readonly startScript: () => Promise<Program>;
  readonly stop: () => Promise<void>;
}

/** Starts the registry and the bridges. */
export async function startFleet(size: FleetSize): Promise<Fleet> {
  const harbor = await startProgram('harbor-stand-in', { latencyMs: HARBOR_MS, registry: size });
  const registry = new URL(harbor.url).host;
  const count = Math.ceil(size.nodes / PROCESSES);
  const firsts = Array.from({ length: Math.ceil(size.nodes / count) }, (_, index) => index * count);
  const programs = await Promise.all(
    firsts.map((first) =>
      startProgram('bridges', {
        size,
        first,
        count: Math.min(count, size.nodes - first),
        registry,
      }),
    ),
  );
  const bridges = programs.flatMap(({ url }) => url.split(' ')); // one for each port
  const nodes = Object.fromEntries(
    bridges.map((bridge_url, index) => [
      nodeName(index),
      { bridge_url, bridge_token: BRIDGE_TOKEN },
    ]),
  );
  return {
    startService: (build) => startService(build, { harborUrl: harbor.url, nodes }),
    startScript: () => startProgram('node-by-node', { harborUrl: harbor.url, bridges }),
    stop: async () => {
      await Promise.all([harbor, ...programs].map((program) => program.stop()));
    },
  };
}
