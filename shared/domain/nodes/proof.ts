/** The nodes that were read for a guard, and do not prove what is not in use. */
import { NodeProblem } from '../../ports/node-problem.ts';
import { containersAge, GUARD_MAX_AGE_MS, type NodeState } from '../../ports/nodes.ts';
import { Problem } from '../../values/problem.ts';

/** A node that proves no artifact unused, and why. */
interface Unproven {
  readonly name: string;
  readonly problem: Problem | null;
}

/** Finds the nodes that prove no artifact unused. Those that only waited for other such nodes are left out. */
export function unprovenNodes(nodes: readonly NodeState[]): readonly Unproven[] {
  const own = nodes.flatMap((state) => problemOf(state, tookMs(state), SLOW));
  return own.length > 0 ? own : nodes.flatMap((state) => problemOf(state, ageOf(state), WAITED));
}

const ageOf = (state: NodeState): number => containersAge(state) ?? 0;
const tookMs = (state: NodeState): number => ageOf(state) - (state.waitedMs ?? 0);

const SLOW = (ms: number) =>
  `It takes ${ms} ms to list its containers, and one that started meanwhile may be missing. ` +
  'Check why crictl is slow there.';
const WAITED = (ms: number) =>
  `Its list of containers was ${ms} ms old when all nodes had answered, and one that started meanwhile may be missing. ` +
  'Check why reading the nodes is slow.';

function problemOf(state: NodeState, ms: number, detailOf: typeof SLOW): readonly Unproven[] {
  const { name, status, problem } = state;
  if (status !== 'ok') return [{ name, problem }];
  if (ms <= GUARD_MAX_AGE_MS) return [];
  const slow = new Problem('crictl_timeout', detailOf(Math.round(ms)));
  return [{ name, problem: new NodeProblem(name, slow) }];
}
