/** The effects of an event of Harbor on all hosts. */

import type { HostContainer } from '../../ports/bridge.ts';
import { firstNames } from '../../values/first-names.ts';
import { parseImageName } from '../../values/image-name.ts';
import { Problem } from '../../values/problem.ts';
import { containerText, containerUse } from '../images/container-use.ts';
import { imageOfContainer, type NamesOfImage } from '../images/image-names.ts';
import { imageIndex } from '../images/image-use.ts';
import { type EventEffect, effectOf, imageNames, nameOf, unknownEffect } from './event-effect.ts';
import type { EventHost, EventHosts } from './event-hosts.ts';
import type { HarborEvent } from './harbor-event.ts';

/** Nodes that a detail names; the effect has all. */
const MAX_NAMED = 20;

/**
 * Compares an event with all hosts. A node that could not be read makes the effect `unknown` unless another one
 * shows it.
 * @param registries the registry's names in image references
 * @returns none if the event has no effect; two if a deleted artifact runs
 */
export function effectsOf(
  event: HarborEvent,
  found: EventHosts | Problem,
  registries: readonly string[],
): readonly EventEffect[] {
  if (found instanceof Problem) {
    const effect = effectOf(event, found, registries);
    return effect === null ? [] : [effect];
  }
  const held = effectOnHosts(event, found.hosts, registries);
  const running = event.kind === 'deleted' ? effectOnContainers(event, found.hosts) : null;
  const effects = [held, running].filter((effect) => effect !== null);
  const [first] = found.unread;
  const isSure = effects.some(({ effect }) => effect !== 'unknown');
  if (isSure || first === undefined || (event.kind === 'pushed' && event.tag === null)) {
    return effects;
  }
  const unread = found.unread.map(({ node }) => node);
  const have = `${firstNames(unread, MAX_NAMED)} ${unread.length > 1 ? 'have' : 'has'}`;
  const unknown = unknownEffect(event, [have, first.problem.message]);
  return [{ ...unknown, nodes: unread }];
}

/** The effect on the images of the hosts that have one; what is sure comes before what is unknown. */
function effectOnHosts(
  event: HarborEvent,
  hosts: readonly EventHost[],
  registries: readonly string[],
): EventEffect | null {
  const effects = hosts.flatMap((host) => {
    const effect = effectOf(event, host.images, registries);
    return effect === null ? [] : { host, effect };
  });
  const [first] = effects;
  if (first === undefined) return null;
  const sure = effects.find(({ effect }) => effect.effect !== 'unknown') ?? first;
  const alike = effects.filter(({ effect }) => effect.effect === sure.effect.effect);
  const nodes = nodesOf(alike.map(({ host }) => host));
  if (nodes === null) return sure.effect;
  const images = [...new Set(alike.flatMap(({ effect }) => effect.images))].slice(0, 20);
  const has = nodes.length > 1 ? 'have' : 'has';
  const detail = sure.effect.detail.replace(
    /this host (still )?has/,
    (_, still = '') => `${firstNames(nodes, MAX_NAMED)} ${still}${has}`,
  );
  return { ...sure.effect, images, nodes, detail };
}

/** Whether a container runs the deleted artifact, under the name that it had. */
function effectOnContainers(event: HarborEvent, hosts: readonly EventHost[]): EventEffect | null {
  const uses = hosts.flatMap((host) => usesOn(event, host));
  if (uses.length === 0) return null;
  const nodes = nodesOf(uses.map(({ host }) => host));
  const containers = uses.map(({ host, container }) => ({
    node: host.node,
    ...containerUse(container),
  }));
  const where = nodes === null ? 'this host' : firstNames(nodes, MAX_NAMED);
  const what = firstNames(containers.map(containerText), 1);
  const detail = `${nameOf(event)} was deleted from the registry, but it runs on ${where}: ${what}. It cannot be pulled again: ${event.digest}.`;
  const images = imageNames(uses.map(({ image }) => image));
  return { effect: 'gone', event, images, ...(nodes && { nodes }), containers, detail };
}

interface RunningUse {
  readonly host: EventHost;
  readonly container: HostContainer;
  readonly image: NamesOfImage;
}

function usesOn(event: HarborEvent, host: EventHost): readonly RunningUse[] {
  const { imagesOf } = imageIndex(host.images);
  const running = (host.containers ?? []).filter(({ state }) => state === 'CONTAINER_RUNNING');
  return running.flatMap((container) => {
    const listed = imagesOf(container);
    const images: readonly NamesOfImage[] =
      listed.length > 0 ? listed : [imageOfContainer(container)];
    const image = images.find((one) => isDeleted(event, one));
    return image === undefined ? [] : { host, container, image };
  });
}

/** The same digest under another name can still be pulled there. Hosts may use any name for the registry. */
function isDeleted(
  { project, repository, digest }: HarborEvent,
  { repo_digests }: NamesOfImage,
): boolean {
  return repo_digests.map(parseImageName).some((name) => {
    const isNamed = `/${name.repository}`.endsWith(`/${project}/${repository}`);
    return name.digest === digest && isNamed;
  });
}

/** The names of the hosts; null if there is only one host. */
function nodesOf(hosts: readonly EventHost[]): readonly string[] | null {
  const names = hosts.flatMap(({ node }) => node ?? []);
  return names.length === 0 ? null : [...new Set(names)];
}
