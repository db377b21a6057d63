/** How the nodes hold an artifact, as a reason to keep it. */
import { containerUse } from '../host/image-use.ts';
import type { HeldArtifact, HeldIndex } from '../use/held-index.ts';
import { podText } from '../use/usage-detail.ts';
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
    return { reason: 'in_use', detail: `It is used by ${list(users.map(containerText))}.` };
  }
  const nodesOf = (some: typeof holders) => list([...new Set(some.map(({ node }) => node))]);
  const needing = holders.filter(({ isNeeded }) => isNeeded);
  if (needing.length > 0) {
    return { reason: 'in_use', detail: `The runtime or the pods of ${nodesOf(needing)} need it.` };
  }
  if (held.unclear.length > 0) {
    const one = held.unclear.length === 1;
    const detail = `Cannot determine which image ${list(held.unclear.map(containerText))} ${one ? 'uses' : 'use'}.`;
    return { reason: 'in_use', detail };
  }
  if (holders.length === 0) return null;
  return { reason: 'present', detail: `It is on ${nodesOf(holders)}, and no container uses it.` };
}

/** `shop/web-7d9f (container app, running) on node-3`. */
function containerText({ node, container }: HeldIndex['unclear'][number]): string {
  return `${podText(containerUse(container))} on ${node}`;
}

function list(texts: readonly string[]): string {
  const more = texts.length - MAX_NAMED;
  return `${texts.slice(0, MAX_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
