/** Reads nodes side by side. */

import {
  containersAge,
  contentsOf,
  GUARD_MAX_AGE_MS,
  type NodesReading,
  type NodesReadOptions,
  needsNewRun,
} from '../../ports/nodes.ts';
import { aged } from './node-outcome.ts';
import { nodeStates, type ReadNode } from './node-states.ts';

/** How often a node is read for one guard, at most. If its list of containers is old even then, the guard refuses. */
const MOST_ROUNDS = 3;

export interface TogetherOptions<Node> {
  readonly read: (node: Node) => Promise<ReadNode>;
  readonly demand: Pick<NodesReadOptions, 'maxAgeMs' | 'allowStale'>;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: () => number;
}

/**
 * Reads all nodes, each by `read`. For a guard, nodes whose list of containers is old when the slowest one has answered
 * are read again: a container may have started on them since. If one cannot be read, the guard refuses in any case.
 */
export async function readTogether<Node>(
  nodes: readonly Node[],
  { read, demand, monotonic }: TogetherOptions<Node>,
): Promise<NodesReading> {
  const readNow = async (node: Node) => {
    const result = await read(node);
    const atMs = monotonic();
    const { outcome } = result;
    const ageMs = outcome.status === 'ok' ? (containersAge(outcome) ?? 0) : 0;
    return { node, result, atMs, listedAtMs: atMs - ageMs };
  };
  const isForGuard = !demand.allowStale && needsNewRun(demand.maxAgeMs);
  let all = await Promise.all(nodes.map(readNow));
  for (let round = 1; isForGuard && round < MOST_ROUNDS; round++) {
    const oldestMs = monotonic() - GUARD_MAX_AGE_MS;
    const isRefused = all.some(({ result }) => result.outcome.status !== 'ok');
    if (isRefused || all.every(({ listedAtMs }) => listedAtMs >= oldestMs)) break;
    all = await Promise.all(
      all.map((one) => (one.listedAtMs < oldestMs ? readNow(one.node) : one)),
    );
  }
  const nowMs = monotonic();
  const containersAgeMs = all.reduce((most, one) => Math.max(most, nowMs - one.listedAtMs), 0);
  const states = nodeStates(
    all.map(({ result, atMs }) => {
      const waitedMs = nowMs - atMs;
      return { ...result, outcome: { ...aged(result.outcome, waitedMs), waitedMs } };
    }),
  );
  const complete = states.every(({ status }) => status === 'ok');
  return { nodes: states, complete, contents: contentsOf(states), containersAgeMs };
}
