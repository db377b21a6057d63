/** The effect of an event of Harbor on the images of a host. */

import type { HostImage } from '../../ports/bridge.ts';
import { parseImageName, repositoryDigests } from '../../values/image-name.ts';
import type { NodeUse } from '../drift/drift-answer.ts';
import { isNameOfRepository } from '../images/image-names.ts';
import type { HostMatch } from './event-matches.ts';
import type { HarborEvent } from './harbor-event.ts';

/** The effect of an event on hosts. */
export interface EventEffect {
  /**
   * `deleted`: a host has the artifact that was deleted from the registry. `gone`: a container runs it.
   * `replaced`: a host has the tag with another digest than the registry has now. `unknown`: a host or its image
   * cannot be compared.
   */
  readonly effect: 'deleted' | 'gone' | 'replaced' | 'unknown';
  readonly event: HarborEvent;
  /** Names of the image on the hosts, at most twenty; empty when unknown. */
  readonly images: readonly string[];
  /** The nodes concerned; absent if there is only one host. */
  readonly nodes?: readonly string[];
  /** The running containers, for `gone`. */
  readonly containers?: readonly (Omit<NodeUse, 'node'> & { readonly node: string | null })[];
  /** One or two sentences for the operator. */
  readonly detail: string;
}

/** Names of images that an effect has. */
export const MAX_NAMES = 20;

/** Hosts as a sentence names them: `this host has`, `node-1 and node-2 have`. */
export interface HostsText {
  readonly names: string;
  readonly areSeveral: boolean;
}

export const THIS_HOST: HostsText = { names: 'this host', areSeveral: false };

/** The effect on one host, whose sentence is made when all hosts with the same effect are known. */
export interface HostEffect {
  readonly effect: 'deleted' | 'replaced' | 'unknown';
  readonly images: readonly string[];
  readonly detail: (hosts: HostsText) => string;
}

/**
 * Determines the effect on a host from its matches.
 * @param registries the registry's names in image references
 * @returns null when the event has no effect on the host
 */
export function effectOnHost(
  event: HarborEvent,
  { images }: Pick<HostMatch, 'images'>,
  registries: readonly string[],
): HostEffect | null {
  // A push that names a digest moves no tag: Harbor sends one for each child of an index.
  if (event.kind === 'pushed' && event.tag === null) return null;
  return event.kind === 'deleted'
    ? effectOfDeletion(event, images)
    : effectOfPush(event, images, registries);
}

/** The effect on hosts that cannot be read, and why. */
export function unknownEffect(event: HarborEvent, hosts: HostsText, why: string): EventEffect {
  const done = event.kind === 'deleted' ? 'deleted from' : 'pushed to';
  const detail = `${taggedName(event)} was ${done} the registry. Cannot determine whether ${having(hosts)} it: ${why}`;
  return { effect: 'unknown', event, images: [], detail };
}

function effectOfDeletion(event: HarborEvent, held: readonly HostImage[]): HostEffect | null {
  if (held.length === 0) return null;
  return {
    effect: 'deleted',
    images: namesOfImages(held),
    detail: ({ names, areSeveral }) =>
      `${taggedName(event)} was deleted from the registry, but ${names} still ${areSeveral ? 'have' : 'has'} it: ${event.digest}.`,
  };
}

function effectOfPush(
  event: HarborEvent,
  tagged: readonly HostImage[],
  registries: readonly string[],
): HostEffect | null {
  const { project, repository, tag, digest } = event;
  const isPushed = (name: string): boolean =>
    name.endsWith(`:${tag}`) && // spares most names the parsing
    isNameOfRepository(parseImageName(name).repository, `${project}/${repository}`, registries);
  const others = tagged.filter((image) => !repositoryDigests(image).includes(digest));
  if (others.length === 0) return null;
  const images = [...new Set(others.flatMap(({ repo_tags }) => repo_tags.filter(isPushed)))];
  if (others.every((image) => repositoryDigests(image).length === 0)) {
    return {
      effect: 'unknown',
      images,
      detail: (hosts) =>
        `${taggedName(event)} was pushed to the registry as ${digest}. Cannot determine whether ${having(hosts)} the same image: its runtime reports no digest for that name.`,
    };
  }
  return {
    effect: 'replaced',
    images,
    detail: (hosts) =>
      `${taggedName(event)} is now ${digest} in the registry, but ${having(hosts)} another image under that name.`,
  };
}

function having({ names, areSeveral }: HostsText): string {
  return `${names} ${areSeveral ? 'have' : 'has'}`;
}

/** `project/repository:tag`. */
export function taggedName({ project, repository, tag }: HarborEvent): string {
  return `${project}/${repository}${tag === null ? '' : `:${tag}`}`;
}

/** Names of images, at most twenty. */
export function namesOfImages(
  images: readonly Pick<HostImage, 'repo_tags' | 'repo_digests'>[],
): string[] {
  const names = images.flatMap(({ repo_tags, repo_digests }) =>
    repo_tags.length > 0 ? repo_tags : repo_digests,
  );
  return [...new Set(names)].slice(0, MAX_NAMES);
}
