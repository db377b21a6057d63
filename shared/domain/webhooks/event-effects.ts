/** The effects of an event of Harbor on all hosts: those of event-effect.ts together, and the running containers that lose their image. */

import { firstNames } from '../../values/first-names.ts';
import { Problem } from '../../values/problem.ts';
import { containerText, containerUse } from '../images/container-use.ts';
import { isNameOf } from '../images/image-names.ts';
import {
  type EventEffect,
  effectOnHost,
  type HostsText,
  MAX_NAMES,
  namesOfImages,
  THIS_HOST,
  taggedName,
  unknownEffect,
} from './event-effect.ts';
import type { EventHost, EventHosts } from './event-hosts.ts';
import type { EventMatches, HostMatch, RunningMatch } from './event-matches.ts';
import type { HarborEvent } from './harbor-event.ts';

/** Nodes that a detail names; the effect has all. */
const MAX_NAMED = 20;

export interface EffectsOptions {
  /** Of all hosts that were read, for a batch that has the event. */
  readonly matches: EventMatches;
  /** The registry's names in image references. */
  readonly registries: readonly string[];
}

/**
 * Determines the effects of an event on all hosts. A node that could not be read makes the effect `unknown` unless another one
 * shows it.
 * @returns none if the event has no effect; two if a deleted artifact runs
 */
export function effectsOf(
  event: HarborEvent,
  found: EventHosts | Problem,
  { matches, registries }: EffectsOptions,
): readonly EventEffect[] {
  const movesNoTag = event.kind === 'pushed' && event.tag === null;
  if (found instanceof Problem) {
    return movesNoTag ? [] : [unknownEffect(event, THIS_HOST, found.message)];
  }
  const matching = matches.of(event);
  const held = effectOnHosts(event, matching, registries);
  const running = event.kind === 'deleted' ? effectOnContainers(event, matching, registries) : null;
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
  matching: readonly HostMatch[],
  registries: readonly string[],
): EventEffect | null {
  const effects = matching.flatMap((match) => {
    const effect = effectOnHost(event, match, registries);
    return effect === null ? [] : { host: match.host, effect };
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
  matching: readonly HostMatch[],
  registries: readonly string[],
): EventEffect | null {
  const uses = matching.flatMap((match) => runningUses(event, match, registries));
  if (uses.length === 0) return null;
  const nodes = nodesOf(uses.map(({ host }) => host));
  const containers = uses.map(({ host, container }) => ({
    node: host.node,
    ...containerUse(container),
  }));
  const { names: where } = nodes === null ? THIS_HOST : textOf(nodes);
  const what = firstNames(containers.map(containerText), 1);
  const detail = `${taggedName(event)} was deleted from the registry, but it runs on ${where}: ${what}. It cannot be pulled again: ${event.digest}.`;
  const images = namesOfImages(uses.map(({ image }) => image));
  return { effect: 'gone', event, images, ...(nodes && { nodes }), containers, detail };
}

interface RunningUse extends RunningMatch {
  readonly host: EventHost;
}

/** Each container once, although several images of its host may have the digest. */
function runningUses(
  event: HarborEvent,
  { host, running }: HostMatch,
  registries: readonly string[],
): readonly RunningUse[] {
  const uses = new Map<RunningMatch['container'], RunningUse>();
  for (const { container, image } of running) {
    if (uses.has(container) || !isNameOf(image, event, registries)) continue;
    uses.set(container, { host, container, image });
  }
  return [...uses.values()];
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
