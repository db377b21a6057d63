/** How the nodes hold an artifact, as a reason to keep it. */

import type { HostContainer } from '../../ports/bridge.ts';
import type { KnownConfigs } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { firstNames } from '../../values/first-names.ts';
import { containerText, containerUse } from '../images/container-use.ts';
import type { HeldIndex } from '../images/held-index.ts';
import type { Holder } from '../images/holder.ts';
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { Holding } from './cleanup-plan.ts';

/** Containers and nodes that are named; the others are counted. */
const MAX_NAMED = 3;

/**
 * Tells how the nodes hold each artifact of a repository; null if no node does.
 * @param configs they decide some doubts
 */
export function holdingsIn(
  held: HeldIndex,
  { at, artifacts }: ReadRepository,
  configs: KnownConfigs,
): (artifact: RegistryArtifact) => Holding | null {
  const holdersOf = held.holdersIn(`${at.project}/${at.repository}`, artifacts, configs);
  return (artifact) => holdingOf(holdersOf(artifact), held);
}

function holdingOf(
  holders: readonly Holder[],
  { unclear }: Pick<HeldIndex, 'unclear'>,
): Holding | null {
  const certain = holders.filter(({ isDoubtful }) => !isDoubtful);
  const users = certain.flatMap(({ node, containers }) =>
    containers.map((container) => ({ node, container })),
  );
  if (users.length > 0) {
    return { reason: 'in_use', detail: `It is used by ${list(users.map(placeText))}.` };
  }
  const needing = certain.filter(({ isNeeded }) => isNeeded);
  if (needing.length > 0) {
    return { reason: 'in_use', detail: `The runtime or the pods of ${nodesOf(needing)} need it.` };
  }
  if (unclear.length > 0) {
    const one = unclear.length === 1;
    const detail = `Cannot determine which image ${list(unclear.map(placeText))} ${one ? 'uses' : 'use'}.`;
    return { reason: 'in_use', detail };
  }
  const doubtful = holders.filter(({ isDoubtful }) => isDoubtful);
  const doubt = doubtText(doubtful);
  const isDoubtful = certain.length === 0;
  if (doubtful.some(({ isNeeded, containers }) => isNeeded || containers.length > 0)) {
    return { reason: 'in_use', detail: doubt, isDoubtful };
  }
  if (certain.length > 0) {
    const detail = `It is on ${nodesOf(certain)}, and no container uses it.`;
    return { reason: 'present', detail };
  }
  return doubtful.length > 0 ? { reason: 'present', detail: doubt, isDoubtful } : null;
}

function doubtText(doubtful: readonly Holder[]): string {
  const which = doubtful.every(({ isBare }) => isBare)
    ? 'that has no digest'
    : 'whose digest Harbor does not have';
  return `Cannot determine whether it is an image on ${nodesOf(doubtful)} ${which}.`;
}

function nodesOf(holders: readonly Holder[]): string {
  return list([...new Set(holders.map(({ node }) => node))]);
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
