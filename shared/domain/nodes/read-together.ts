/** Reads nodes side by side. */

import {
  contentsOf,
  GUARD_MAX_AGE_MS,
  type NodesReading,
  type NodesReadOptions,
  needsNewRun,
} from '../../ports/nodes.ts';
import { nodeStates, type ReadNode } from './node-states.ts';

/** How often a node is read for one guard, at most. If the nodes are too slow, the last readings decide. */
const MOST_ROUNDS = 3;

export interface TogetherOptions<Node> {
  readonly read: (node: Node) => Promise<ReadNode>;
  readonly demand: Pick<NodesReadOptions, 'maxAgeMs' | 'allowStale'>;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: () => number;
}

/**
 * Reads all nodes, each by `read`. For a guard, nodes that answered long before the slowest one are read again:
 * a container may have started on them since. If one cannot be read, the guard refuses in any case.
 */
export async function readTogether<Node>(
  nodes: readonly Node[],
  { read, demand, monotonic }: TogetherOptions<Node>,
): Promise<NodesReading> {
  const readNow = async (node: Node) => {
    const result = await read(node);
    return { node, result, atMs: monotonic() };
  };
  const isForGuard = !demand.allowStale && needsNewRun(demand.maxAgeMs);
  let all = await Promise.all(nodes.map(readNow));
  for (let round = 1; isForGuard && round < MOST_ROUNDS; round++) {
    const oldestMs = monotonic() - GUARD_MAX_AGE_MS;
    const isRefused = all.some(({ result }) => result.outcome.status !== 'ok');
    if (isRefused || all.every(({ atMs }) => atMs >= oldestMs)) break;
    all = await Promise.all(all.map((one) => (one.atMs < oldestMs ? readNow(one.node) : one)));
  }
  const times = all.map(({ atMs }) => atMs);
  const spreadMs = all.length === 0 ? 0 : Math.max(...times) - Math.min(...times);
  const states = nodeStates(all.map(({ result }) => result));
  const complete = states.every(({ status }) => status === 'ok');
  return { nodes: states, complete, contents: contentsOf(states), spreadMs };
}
