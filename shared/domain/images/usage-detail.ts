/** How nodes use an artifact, as sentences for the operator. */

import { reasonWithoutNode } from '../../ports/node-problem.ts';
import { firstNames } from '../../values/first-names.ts';
import type { Problem } from '../../values/problem.ts';
import { bareContainerText, containerText, containerUse } from './container-use.ts';
import type { HostUsage } from './host-usage.ts';

/** The usage of one node. Its name is null if it is the only one, and needs none. */
export interface NodeUsage extends HostUsage {
  readonly node: string | null;
}

/** Containers and nodes that are named; the others are counted. */
const MAX_NAMED = 3;

/** Why the artifact is in use on these nodes. */
export function inUseDetail(nodes: readonly NodeUsage[]): string {
  const [users, count] = containersFor(nodes, 'containers');
  if (count > 0) return `It is used by ${users}.`;
  const pinned = nodes.filter(({ reason }) => reason === 'pinned');
  if (pinned.length > 0) {
    return `Its image is pinned on ${nodeList(pinned)}, because the runtime itself needs it.`;
  }
  return `It is the sandbox image of the pods on ${nodeList(nodes)}.`;
}

/** Why it is not known whether these nodes use the artifact. */
export function unknownDetail(nodes: readonly NodeUsage[]): string {
  const sentences: string[] = [];
  const [unnamed, unnamedCount] = containersFor(nodes, 'unnamed');
  if (unnamedCount > 0) {
    const use = unnamedCount === 1 ? 'uses' : 'use';
    sentences.push(`Cannot determine which image ${unnamed} ${use}.`);
  }
  const [gone, goneCount] = containersFor(nodes, 'gone');
  if (goneCount > 0) {
    sentences.push(
      `Cannot determine whether ${gone} ${goneCount === 1 ? 'uses' : 'use'} it: ` +
        'Harbor no longer has the image, which may be an index that contained it.',
    );
  }
  const maybeSandbox = nodes.filter(({ reason }) => reason === 'sandbox');
  if (maybeSandbox.length > 0) {
    sentences.push(
      `Cannot determine whether it is the sandbox image of the pods${onNodes(maybeSandbox)}: the runtime does not ` +
        'say which image that is. Check there what the bridge logs about crictl info and inspectp.',
    );
  }
  const needed = nodes.filter(({ reason }) => reason === 'needed');
  if (needed.length > 0) {
    sentences.push(
      `Cannot determine whether it is an image that the runtime itself or its pods need${onNodes(needed)}: ` +
        'Harbor no longer has that image, which may be an index that contained it.',
    );
  }
  const unread = nodes.filter(({ reason }) => reason === 'unread');
  if (unread.length > 0) {
    sentences.push(
      `Cannot determine whether it is an image without a digest${onNodes(unread)}: ` +
        'Harbor does not provide its manifest, which the account may read with the right to pull.',
    );
  }
  return sentences.join(' ');
}

/** Which nodes have the artifact and do not use it. */
export function presentDetail(nodes: readonly NodeUsage[]): string {
  return `It is on ${nodeList(nodes)}, and no container uses it.`;
}

/** ` on node-1, node-2`; empty for the only host. */
function onNodes(nodes: readonly NodeUsage[]): string {
  return nodes.every(({ node }) => node === null) ? '' : ` on ${nodeList(nodes)}`;
}

/** `node-1, node-2`; the first three of many. */
function nodeList(nodes: readonly { readonly node: string | null }[]): string {
  const names = nodes.map(({ node }) => node ?? 'this host');
  return firstNames(names, MAX_NAMED);
}

/** The containers of the nodes with this reason, and how many they are. */
function containersFor(
  nodes: readonly NodeUsage[],
  wanted: HostUsage['reason'],
): readonly [text: string, count: number] {
  const all = nodes
    .filter(({ reason }) => reason === wanted)
    .flatMap(({ node, containers }) =>
      containers.map((container) => ({ node, container: containerUse(container) })),
    );
  const areBare = all.slice(0, MAX_NAMED).every(({ container }) => container.pod === null);
  const textOf = areBare ? bareContainerText : containerText;
  const names = all.map(
    ({ node, container }) => `${textOf(container)}${node === null ? '' : ` on ${node}`}`,
  );
  const list = firstNames(names, MAX_NAMED);
  const kind = all.length === 1 ? 'container ' : 'containers ';
  return [areBare ? `${kind}${list}` : list, all.length];
}

/** A node that says nothing. */
export interface UnreadNode {
  /** As in `NodeUsage`. */
  readonly node: string | null;
  readonly problem: Problem | null;
}

/** Why nodes say nothing, the first three of many; empty if all do. */
export function unreadDetail(nodes: readonly UnreadNode[]): string {
  const sentences = nodes.slice(0, MAX_NAMED).map(({ node, problem }) => {
    const why = problem === null ? 'It did not answer.' : reasonWithoutNode(problem);
    // These say what is wrong with a host that was read.
    if (problem !== null && DOUBTS.includes(problem.code)) {
      return sentence(node === null ? why : problem.message);
    }
    return sentence(`${node === null ? 'The host' : `The node ${node}`} could not be read: ${why}`);
  });
  const others = nodes.slice(MAX_NAMED);
  if (others.length > 0) sentences.push(`Nor could ${nodeList(others)}.`);
  return sentences.join(' ');
}

const DOUBTS: readonly string[] = ['runtime_empty', 'runtime_ambiguous'];

/** Adds a full stop: the detail may end with crictl's message, which may have none. */
function sentence(text: string): string {
  return /[.!?…]["”]?$/.test(text) ? text : `${text}.`;
}
