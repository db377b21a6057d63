/** The states of all nodes: their names, and that each host is there once. */

import type { NodeFacts, NodeReading } from '../../ports/bridge.ts';
import { NodeProblem } from '../../ports/node-problem.ts';
import type { NodeState } from '../../ports/nodes.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { NODE_NAME } from '../../values/configuration/bridge-schema.ts';
import { Problem } from '../../values/problem.ts';
import { failedOutcome, type NodeOutcome, type NodeSource } from './node-outcome.ts';
import { REMOVE_ONLY_IF_GONE } from './removal-advice.ts';

/** A node that was read. */
export interface ReadNode {
  readonly source: Pick<NodeSource, 'name' | 'address'>;
  readonly outcome: NodeOutcome;
  /** The name that the bridge gave earlier. */
  readonly earlierName?: string | null;
  /** True if its address is no longer in the records of `nodes_dns`. */
  readonly isGone?: boolean;
}

/**
 * Names the nodes and sorts them. Addresses that reach the same bridge are one node; one that reaches the
 * bridge of another configured node, and different bridges with the same name, are unreadable.
 * @param read the nodes with configured names first
 */
export function nodeStates(read: readonly ReadNode[]): readonly NodeState[] {
  const bridges = eachBridgeOnce(read);
  const taken = new Map<string, ReadNode[]>();
  for (const node of bridges) {
    const name = nameBridgeSays(node);
    if (name !== null) taken.set(name, [...(taken.get(name) ?? []), node]);
  }
  // A pod that was replaced has another address, and the name of the same host.
  const isReplaced = (node: ReadNode) =>
    node.isGone && nameBridgeSays(node) === null && taken.has(node.earlierName ?? '');
  const nodes = bridges.filter((node) => !isReplaced(node));
  const earlierNames = earlierNamesOf(nodes, taken);
  return nodes
    .map((node) => {
      const own = nameBridgeSays(node);
      const rivals = own === null ? [] : (taken.get(own) ?? []).filter((one) => one !== node);
      if (own !== null && rivals.length > 0) return withoutName(node, own, rivals);
      return named(node.outcome, own ?? earlierNames.get(node) ?? node.source.address);
    })
    .toSorted((a, b) => compareTexts(a.name, b.name));
}

/** The nodes that have no name now, with the one that their bridge gave earlier, if nobody else has it. */
function earlierNamesOf(
  nodes: readonly ReadNode[],
  taken: ReadonlyMap<string, unknown>,
): ReadonlyMap<ReadNode, string> {
  const owners = new Map<string, ReadNode>();
  for (const node of nodes) {
    const name = nameBridgeSays(node) === null ? (node.earlierName ?? null) : null;
    if (name !== null && !taken.has(name) && !owners.has(name)) owners.set(name, node);
  }
  return new Map([...owners].map(([name, node]) => [node, name]));
}

/** The configured name, or the one that the bridge says now. */
function nameBridgeSays({ source, outcome }: ReadNode): string | null {
  return source.name ?? saidName(outcome.status === 'stale' ? null : outcome.reading);
}

/** The name that the bridge says. Null if it says none, or one that no node can have, such as a host name with spaces. */
export function saidName(reading: NodeReading | null): string | null {
  const name = reading?.facts?.name;
  return name !== undefined && NODE_NAME.test(name) ? name : null;
}

/** Gets the facts of a reading of this time. An earlier one does not tell which bridge is there now. */
function factsNow({ status, reading }: NodeOutcome): NodeFacts | null {
  return status === 'stale' ? null : (reading?.facts ?? null);
}

function eachBridgeOnce(read: readonly ReadNode[]): readonly ReadNode[] {
  const first = new Map<string, ReadNode>();
  return read.flatMap((node) => {
    const instance = factsNow(node.outcome)?.instance;
    const same = instance === undefined ? undefined : first.get(instance);
    if (instance === undefined || same === undefined) {
      if (instance !== undefined) first.set(instance, node);
      return [node];
    }
    // Under a configured name another host is expected, whose bridge was not read then.
    return node.source.name === null ? [] : [{ ...node, outcome: sameBridge(node, same) }];
  });
}

function sameBridge(node: ReadNode, other: ReadNode): NodeOutcome {
  return misconfigured(
    `${node.source.address} reaches the same bridge as ${other.source.address}, which is node ` +
      `${nameBridgeSays(other)}. Correct its bridge_url in nodes_config.nodes. ${REMOVE_ONLY_IF_GONE}`,
  );
}

function withoutName(node: ReadNode, name: string, rivals: readonly ReadNode[]): NodeState {
  const { address } = node.source;
  const others = rivals.map(({ source }) => source.address).join(', ');
  const outcome = misconfigured(
    `The bridges at ${address} and ${others} have the same name, ${name}. Give each host a name of its ` +
      'own: bridge_config.node_name on the host, or the name in nodes_config.nodes.',
  );
  return named(outcome, address);
}

function misconfigured(detail: string): NodeOutcome {
  return failedOutcome(new Problem('invalid_configuration', detail));
}

/** Gives a node its name, which its problem says too. */
function named({ problem, reading, ...outcome }: NodeOutcome, name: string): NodeState {
  return {
    name,
    ...outcome,
    problem: problem === null ? null : new NodeProblem(name, problem),
    reading,
  };
}
