/** How the nodes hold an artifact, as a reason to keep it. */

import type { HostContainer } from '../../ports/bridge.ts';
import { firstNames } from '../../values/first-names.ts';
import { containerText, containerUse } from '../images/container-use.ts';
import type { HeldArtifact, HeldIndex } from '../images/held-index.ts';
import type { Holding } from './cleanup-plan.ts';

/** Containers and nodes that are named; the others are counted. */
const MAX_NAMED = 3;

/** Null: no node has it. */
export function holdingOf(held: HeldIndex, artifact: HeldArtifact): Holding | null {
  const holders = held.holdersOf(artifact);
  const users = holders.flatMap(({ node, containers }) =>
    containers.map((container) => ({ node, container })),
  );
  if (users.length > 0) {
    return { reason: 'in_use', detail: `It is used by ${list(users.map(placeText))}.` };
  }
  const nodesOf = (some: typeof holders) => list([...new Set(some.map(({ node }) => node))]);
  const needing = holders.filter(({ isNeeded }) => isNeeded);
  if (needing.length > 0) {
    return { reason: 'in_use', detail: `The runtime or the pods of ${nodesOf(needing)} need it.` };
  }
  if (held.unclear.length > 0) {
    const one = held.unclear.length === 1;
    const detail = `Cannot determine which image ${list(held.unclear.map(placeText))} ${one ? 'uses' : 'use'}.`;
    return { reason: 'in_use', detail };
  }
  if (holders.length === 0) return null;
  return { reason: 'present', detail: `It is on ${nodesOf(holders)}, and no container uses it.` };
}

/** `shop/web-7d9f (container app, running) on node-3`. */
function placeText({ node, container }: PlacedContainer): string {
  return `${containerText(containerUse(container))} on ${node}`;
}

interface PlacedContainer {
  readonly node: string;
  readonly container: HostContainer;
}

function list(texts: readonly string[]): string {
  return firstNames(texts, MAX_NAMED);
}
