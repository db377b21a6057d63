/** The effects of an event of Harbor on all hosts: those of event-effect.ts together, and the running containers that lose their image. */

import type { HostContainer } from '../../ports/bridge.ts';
import { firstNames } from '../../values/first-names.ts';
import { Problem } from '../../values/problem.ts';
import { containerText, containerUse } from '../images/container-use.ts';
import { imageOfContainer, isNameOf, type NamesOfImage } from '../images/image-names.ts';
import { imageIndex } from '../images/image-use.ts';
import {
  type EventEffect,
  effectOnHost,
  type HostsText,
  MAX_NAMES,
  nameOf,
  namesOfImages,
  THIS_HOST,
  unknownEffect,
} from './event-effect.ts';
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
  const movesNoTag = event.kind === 'pushed' && event.tag === null;
  if (found instanceof Problem) {
    return movesNoTag ? [] : [unknownEffect(event, THIS_HOST, found.message)];
  }
  const held = effectOnHosts(event, found.hosts, registries);
  const running =
    event.kind === 'deleted' ? effectOnContainers(event, found.hosts, registries) : null;
  const effects = [held, running].filter((effect) => effect !== null);
  const [first] = found.unread;
  const isSure = effects.some(({ effect }) => effect !== 'unknown');
  if (isSure || first === undefined || movesNoTag) return effects;
  const nodes = found.unread.map(({ node }) => node);
  return [{ ...unknownEffect(event, textOf(nodes), first.problem.message), nodes }];
}

/** The effect on the images of the hosts that have one; what is sure comes before what is unknown. */
function effectOnHosts(
  event: HarborEvent,
  hosts: readonly EventHost[],
  registries: readonly string[],
): EventEffect | null {
  const effects = hosts.flatMap((host) => {
    const effect = effectOnHost(event, host.images, registries);
    return effect === null ? [] : { host, effect };
  });
  const { effect: chosen } =
    effects.find(({ effect }) => effect.effect !== 'unknown') ?? effects[0] ?? {};
  if (chosen === undefined) return null;
  const alike = effects.filter(({ effect }) => effect.effect === chosen.effect);
  const nodes = nodesOf(alike.map(({ host }) => host));
  const images = [...new Set(alike.flatMap(({ effect }) => effect.images))].slice(0, MAX_NAMES);
  const detail = chosen.detail(nodes === null ? THIS_HOST : textOf(nodes));
  return { effect: chosen.effect, event, images, ...(nodes && { nodes }), detail };
}

/** The effect on containers that run the deleted artifact; null if none does. */
function effectOnContainers(
  event: HarborEvent,
  hosts: readonly EventHost[],
  registries: readonly string[],
): EventEffect | null {
  const uses = hosts.flatMap((host) => usesOn(event, host, registries));
  if (uses.length === 0) return null;
  const nodes = nodesOf(uses.map(({ host }) => host));
  const containers = uses.map(({ host, container }) => ({
    node: host.node,
    ...containerUse(container),
  }));
  const { names: where } = nodes === null ? THIS_HOST : textOf(nodes);
  const what = firstNames(containers.map(containerText), 1);
  const detail = `${nameOf(event)} was deleted from the registry, but it runs on ${where}: ${what}. It cannot be pulled again: ${event.digest}.`;
  const images = namesOfImages(uses.map(({ image }) => image));
  return { effect: 'gone', event, images, ...(nodes && { nodes }), containers, detail };
}

interface RunningUse {
  readonly host: EventHost;
  readonly container: HostContainer;
  readonly image: NamesOfImage;
}

function usesOn(
  event: HarborEvent,
  host: EventHost,
  registries: readonly string[],
): readonly RunningUse[] {
  const { imagesOf } = imageIndex(host.images);
  const running = (host.containers ?? []).filter(({ state }) => state === 'CONTAINER_RUNNING');
  return running.flatMap((container) => {
    const listed = imagesOf(container);
    const images: readonly NamesOfImage[] =
      listed.length > 0 ? listed : [imageOfContainer(container)];
    const image = images.find((one) => isNameOf(one, event, registries));
    return image === undefined ? [] : { host, container, image };
  });
}

/** Nodes as a sentence names them. */
function textOf(nodes: readonly string[]): HostsText {
  return { names: firstNames(nodes, MAX_NAMED), areSeveral: nodes.length > 1 };
}

/** The names of the hosts; null if there is only one host. */
function nodesOf(hosts: readonly EventHost[]): readonly string[] | null {
  const names = hosts.flatMap(({ node }) => node ?? []);
  return names.length === 0 ? null : [...new Set(names)];
}
