/** The images and running containers of hosts that the events of a batch are about, found by one pass over the hosts. */

import type { HostContainer, HostImage } from '../../ports/bridge.ts';
import { append } from '../../values/append.ts';
import { parseImageName, repositoryDigests } from '../../values/image-name.ts';
import { imageOfContainer, type NamesOfImage, placeOf } from '../images/image-names.ts';
import { imageIndex } from '../images/image-use.ts';
import type { EventHost } from './event-hosts.ts';
import type { HarborEvent } from './harbor-event.ts';

/** The matches on one host. */
export interface HostMatch {
  readonly host: EventHost;
  /** Those with the deleted digest, or with the pushed tag. */
  readonly images: readonly HostImage[];
  /** For a deletion: the containers whose image has the digest, under any name. */
  readonly running: readonly RunningMatch[];
}

export interface RunningMatch {
  readonly container: HostContainer;
  readonly image: NamesOfImage;
}

export interface EventMatches {
  /** Takes one host, which is a short step of work. */
  add(host: EventHost): void;
  /** The matches of an event of the batch, in the order in which the hosts were added. */
  of(event: HarborEvent): readonly HostMatch[];
}

/**
 * Makes the matches of a batch.
 * @param registries the registry's names in image references
 */
export function createEventMatches(
  events: readonly HarborEvent[],
  registries: readonly string[],
): EventMatches {
  const byKey = new Map<string, HostMatch[]>(events.map((event) => [keyOf(event), []]));
  const hasDeletions = events.some(({ kind }) => kind === 'deleted');
  // Nodes share equal rows, so most are looked at once for all nodes.
  const keysByImage = new WeakMap<NamesOfImage, readonly string[]>();

  function keysOfImage(image: NamesOfImage): readonly string[] {
    const known = keysByImage.get(image);
    if (known !== undefined) return known;
    const tags = image.repo_tags.flatMap((name) => tagKey(name, registries) ?? []);
    const keys = [...new Set([...repositoryDigests(image), ...tags])].filter((key) =>
      byKey.has(key),
    );
    keysByImage.set(image, keys);
    return keys;
  }

  function runningOn({ images, containers }: EventHost): readonly RunningMatch[] {
    const running = (containers ?? []).filter(({ state }) => state === 'CONTAINER_RUNNING');
    if (!hasDeletions || running.length === 0) return [];
    const { imagesOf } = imageIndex(images);
    return running.flatMap((container) => {
      const listed = imagesOf(container);
      const used: readonly NamesOfImage[] =
        listed.length > 0 ? listed : [imageOfContainer(container)];
      return used.map((image) => ({ container, image }));
    });
  }

  return {
    add(host) {
      const images = grouped(host.images, keysOfImage);
      const running = grouped(runningOn(host), ({ image }) => keysOfImage(image));
      for (const key of new Set([...images.keys(), ...running.keys()])) {
        byKey
          .get(key)
          ?.push({ host, images: images.get(key) ?? [], running: running.get(key) ?? [] });
      }
    },
    of: (event) => byKey.get(keyOf(event)) ?? [],
  };
}

/** An event's digest if it is a deletion, which counts under every name; otherwise its tag. */
function keyOf({ kind, project, repository, tag, digest }: HarborEvent): string {
  return kind === 'deleted' ? digest : `${project}/${repository}:${tag}`;
}

/** A name on a host as the registry has it; null if it is of another registry, or has no tag. */
function tagKey(name: string, registries: readonly string[]): string | null {
  const { repository, tag } = parseImageName(name);
  const place = tag === null ? 'unnamed' : placeOf(repository, registries);
  return typeof place === 'string' ? null : `${place.project}/${place.repository}:${tag}`;
}

function grouped<T>(
  all: readonly T[],
  keysOf: (one: T) => readonly string[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) for (const key of keysOf(one)) append(groups, key, one);
  return groups;
}
