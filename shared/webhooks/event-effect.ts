/** Whether an event of Harbor matters to a host, and how. */

import type { Configuration } from '../configuration/configuration.ts';
import type { HostImage } from '../host/bridge.ts';
import { parseImageName } from '../host/image-name.ts';
import { Problem } from '../problem.ts';
import type { HarborEvent } from './harbor-event.ts';

/** Something that the operator of the host should know. */
export interface Matter {
  /**
   * `deleted`: the host has the artifact that is gone from the registry. `replaced`: the host has
   * the tag with another digest than it has now. `unknown`: nobody can say.
   */
  readonly effect: 'deleted' | 'replaced' | 'unknown';
  readonly event: HarborEvent;
  /** Names under which the host has the image, the first few of many; empty when unknown. */
  readonly images: readonly string[];
  /** A sentence for the operator. */
  readonly detail: string;
}

const MAX_NAMES = 20;

/** The names by which hosts know the registry: `harbor_host` and `registry_aliases`. */
export function registryNames(configuration: Configuration): readonly string[] {
  const { harbor_host } = configuration.harbor_config;
  const { registry_aliases } = configuration.webhook_config;
  return harbor_host === null ? registry_aliases : [new URL(harbor_host).host, ...registry_aliases];
}

/**
 * Judges an event by what is on the host.
 * @param host its images, or why they could not be read: unknown is not empty
 * @param registries names of the registry in image names, see `registryNames`
 * @returns null when the event does not matter to the host
 */
export function matterOf(
  event: HarborEvent,
  host: readonly HostImage[] | Problem,
  registries: readonly string[],
): Matter | null {
  const { kind, project, repository, tag, digest } = event;
  // A push that names a digest moves no tag: children of an index come like that.
  if (kind === 'pushed' && tag === null) return null;
  const what = `${project}/${repository}${tag === null ? '' : `:${tag}`}`;
  if (host instanceof Problem) {
    const detail = `${what} was ${kind}, and nobody can say whether this host has it: ${host.message}`;
    return { effect: 'unknown', event, images: [], detail };
  }
  if (kind === 'deleted') {
    const held = host.filter((image) => digestsOf(image).includes(digest));
    if (held.length === 0) return null;
    const names = namesOf(held);
    const detail = `${what} was deleted from the registry, and this host has it: ${digest}.`;
    return { effect: 'deleted', event, images: names, detail };
  }
  const names = registries.map((registry) => `${registry}/${what}`);
  const tagged = host.filter(({ repo_tags }) => names.some((name) => repo_tags.includes(name)));
  const others = tagged.filter((image) => !digestsOf(image).includes(digest));
  if (others.length === 0) return null;
  const held = names.filter((name) => others.some(({ repo_tags }) => repo_tags.includes(name)));
  if (others.every((image) => digestsOf(image).length === 0)) {
    const detail = `${what} was pushed as ${digest}, and this host's image of that name has no digest to compare.`;
    return { effect: 'unknown', event, images: held, detail };
  }
  const detail = `${what} is ${digest} in the registry now, and this host has another image under that name.`;
  return { effect: 'replaced', event, images: held, detail };
}

function digestsOf(image: HostImage): string[] {
  return image.repo_digests.flatMap((name) => parseImageName(name).digest ?? []);
}

function namesOf(images: readonly HostImage[]): string[] {
  const names = images.flatMap(({ repo_tags, repo_digests }) =>
    repo_tags.length > 0 ? repo_tags : repo_digests,
  );
  return names.slice(0, MAX_NAMES);
}
