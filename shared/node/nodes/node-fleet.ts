/** The nodes of a process: their connections, and the readings that requests share. */
import type { Configuration } from '../../configuration/configuration.ts';
import type { Bridge } from '../../host/bridge.ts';
import type { Logger } from '../../log/logger.ts';
import type { Nodes } from '../../nodes/nodes.ts';
import { Problem } from '../../problem.ts';

export interface NodeFleetOptions {
  readonly configuration: Configuration;
  readonly bridge: Bridge;
  readonly logger: Logger;
  readonly environment: NodeJS.ProcessEnv;
}

/** Placeholder: the one bridge is the one node. */
export function createNodes({ bridge, configuration }: NodeFleetOptions): Nodes {
  const name = configuration.bridge_config.node_name ?? 'host';
  const read: Nodes['readOne'] = async (_name, { maxAgeMs = 5000, signal, requestId }) => {
    try {
      const { reading, ageMs } = await bridge.node({
        fresh: maxAgeMs === 0,
        ...(signal && { signal }),
        ...(requestId !== undefined && { requestId }),
      });
      return { name, status: 'ok', readAtMs: Date.now() - ageMs, ageMs, problem: null, reading };
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      return {
        name,
        status: 'unreadable',
        readAtMs: null,
        ageMs: null,
        problem: err,
        reading: null,
      };
    }
  };
  return {
    configured: false,
    readOne: async (asked, options) => (asked === name ? read(name, options) : null),
    read: async (options) => {
      const node = await read(name, options);
      const nodes = node === null ? [] : [node];
      return { nodes, complete: nodes.every(({ status }) => status === 'ok'), contents: nodes };
    },
    names: async () => [name],
  };
}
