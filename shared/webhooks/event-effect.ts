/** The effect of an event of Harbor on a host. */

import type { HostImage } from '../host/bridge.ts';
import { repositoryDigests } from '../host/image-name.ts';
import { Problem } from '../problem.ts';
import type { HarborEvent } from './harbor-event.ts';

/** The effect of an event on a host. */
export interface EventEffect {
  /**
   * `deleted`: the host has the artifact that was deleted from the registry. `replaced`: the host
   * has the tag with another digest than the registry has now. `unknown`: the host or its image
   * cannot be compared.
   */
  readonly effect: 'deleted' | 'replaced' | 'unknown';
  readonly event: HarborEvent;
  /** Names of the image on the host, at most twenty; empty when unknown. */
  readonly images: readonly string[];
  /** One or two sentences for the operator. */
  readonly detail: string;
}

const MAX_NAMES = 20;

/**
 * Compares an event with the images of the host.
 * @param host its images, or why they could not be read
 * @param registries the registry's names in image references
 * @returns null when the event has no effect on the host
 */
export function effectOf(
  event: HarborEvent,
  host: readonly HostImage[] | Problem,
  registries: readonly string[],
): EventEffect | null {
  // A push that names a digest moves no tag: Harbor sends one for each child of an index.
  if (event.kind === 'pushed' && event.tag === null) return null;
  if (host instanceof Problem) {
    const done = event.kind === 'deleted' ? 'deleted from' : 'pushed to';
    const detail = `${nameOf(event)} was ${done} the registry. Cannot determine whether this host has it: ${host.message}`;
    return { effect: 'unknown', event, images: [], detail };
  }
  return event.kind === 'deleted'
    ? effectOfDeletion(event, host)
    : effectOfPush(event, host, registries);
}

function effectOfDeletion(event: HarborEvent, host: readonly HostImage[]): EventEffect | null {
  const held = host.filter((image) => repositoryDigests(image).includes(event.digest));
  if (held.length === 0) return null;
  const detail = `${nameOf(event)} was deleted from the registry, but this host still has it: ${event.digest}.`;
  return { effect: 'deleted', event, images: imageNames(held), detail };
}

function effectOfPush(
  event: HarborEvent,
  host: readonly HostImage[],
  registries: readonly string[],
): EventEffect | null {
  const { digest } = event;
  const names = registries.map((registry) => `${registry}/${nameOf(event)}`);
  const tagged = host.filter(({ repo_tags }) => names.some((name) => repo_tags.includes(name)));
  const others = tagged.filter((image) => !repositoryDigests(image).includes(digest));
  if (others.length === 0) return null;
  const images = names.filter((name) => others.some(({ repo_tags }) => repo_tags.includes(name)));
  if (others.every((image) => repositoryDigests(image).length === 0)) {
    const detail = `${nameOf(event)} was pushed to the registry as ${digest}. Cannot determine whether this host has the same image: its runtime reports no digest for that name.`;
    return { effect: 'unknown', event, images, detail };
  }
  const detail = `${nameOf(event)} is now ${digest} in the registry, but this host has another image under that name.`;
  return { effect: 'replaced', event, images, detail };
}

function nameOf({ project, repository, tag }: HarborEvent): string {
  return `${project}/${repository}${tag === null ? '' : `:${tag}`}`;
}

function imageNames(images: readonly HostImage[]): string[] {
  const names = images.flatMap(({ repo_tags, repo_digests }) =>
    repo_tags.length > 0 ? repo_tags : repo_digests,
  );
  return names.slice(0, MAX_NAMES);
}
