/** The rows of GET /drift: images on nodes, compared with what was read of the registry. */

import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import { Problem } from '../../values/problem.ts';
import { type NamedImage, type Place, placeOf } from '../images/image-names.ts';
import type { RepositoryIndex } from '../registry/repository-index.ts';
import { compareWithRegistry, type RegistryState } from './classification.ts';
import type { DriftRow } from './drift-answer.ts';
import type { ImageOnNodes } from './images-on-nodes.ts';
import type { HeldRepository, RegistryRead, RepositoryRead } from './registry-states.ts';

/** One name of an image, with where it is in the registry. */
interface PlacedImage {
  readonly image: NamedImage;
  readonly on: ImageOnNodes;
  /** Position in the repositories; null if the image is not in Harbor. */
  readonly repository: number | null;
  readonly place: Place;
}

/** The images, and the repositories of Harbor that they are of. */
export interface PlacedImages {
  readonly images: readonly PlacedImage[];
  readonly repositories: readonly HeldRepository[];
}

/** Finds the repositories of the images. @param registries Harbor's names in image references */
export function placeImages(
  found: readonly ImageOnNodes[],
  registries: readonly string[],
): PlacedImages {
  const repositories: { at: HeldRepository['at']; images: NamedImage[] }[] = [];
  const positions = new Map<string, number>();
  const images = found.flatMap((on) =>
    on.names.map((image): PlacedImage => {
      const place = placeOf(image.repository, registries);
      if (typeof place === 'string') return { image, on, repository: null, place };
      const name = `${place.project}/${place.repository}`;
      const position = positions.get(name) ?? repositories.length;
      positions.set(name, position);
      const held = repositories[position] ?? { at: place, images: [] };
      repositories[position] = held;
      held.images.push(image);
      return { image, on, repository: position, place };
    }),
  );
  return { images, repositories };
}

/** The rows by repository, tag and digest. Equal rows of several images are one. */
export function driftRows(
  { images }: PlacedImages,
  read: RegistryRead,
  indexOf: (artifacts: readonly RegistryArtifact[]) => RepositoryIndex,
): readonly DriftRow[] {
  const states = read.repositories.map((one) => stateOf(one, indexOf));
  const rows = new Map<string, Joined>();
  for (const { image, on, repository, place } of images) {
    const state = repository === null ? STATES[String(place)] : states[repository];
    const compared = compareWithRegistry(image, state ?? UNNAMED);
    const image_id = compared.digest === null ? image.imageId : null;
    const { repository: name, tag } = image;
    const key = JSON.stringify([name, tag, image_id, compared]);
    const known = rows.get(key);
    if (known === undefined) rows.set(key, { name, tag, image_id, compared, on: [on] });
    else known.on.push(on);
  }
  return [...rows.values()].map(rowOf).sort(byName);
}

interface Joined extends Pick<DriftRow, 'tag' | 'image_id'> {
  readonly name: string;
  readonly compared: ReturnType<typeof compareWithRegistry>;
  readonly on: ImageOnNodes[];
}

function rowOf({ name, tag, image_id, compared, on }: Joined): DriftRow {
  const [one] = on;
  const nodes =
    one !== undefined && on.length === 1
      ? one.nodes
      : [...new Set(on.flatMap((each) => each.nodes))].sort(compareTexts);
  const containers = on.length === 1 && one !== undefined ? one.containers : usesOf(on);
  const running = containers.some(({ state }) => state === 'running');
  const { status, digest, registry_digest, digest_gone, detail } = compared;
  const about = { status, repository: name, tag, digest, image_id, registry_digest, digest_gone };
  return { ...about, detail, nodes, running, containers };
}

function usesOf(on: readonly ImageOnNodes[]): ImageOnNodes['containers'] {
  // A container of two images that are the same row is one use.
  return [...new Set(on.flatMap(({ containers }) => containers))];
}

const UNNAMED: RegistryState = {
  kind: 'unknown',
  reason: 'The runtime reports neither a name nor a digest for it.',
};
const STATES: Readonly<Record<string, RegistryState>> = {
  foreign: { kind: 'foreign' },
  unnamed: UNNAMED,
  'not allowed': {
    kind: 'unknown',
    reason: 'Harbor allows no repository of this name, so it was not asked.',
  },
};

function stateOf(
  { artifacts, found, byId }: RepositoryRead,
  indexOf: (artifacts: readonly RegistryArtifact[]) => RepositoryIndex,
): RegistryState {
  if (artifacts === null) return { kind: 'missing' };
  if (artifacts instanceof Problem) return { kind: 'unknown', reason: artifacts.message };
  return { kind: 'listed', index: indexOf(artifacts), found, byId };
}

function byName(a: DriftRow, b: DriftRow): number {
  return (
    compareTexts(a.repository, b.repository) ||
    compareTexts(a.tag ?? '', b.tag ?? '') ||
    compareTexts(a.digest ?? '', b.digest ?? '') ||
    compareTexts(a.image_id ?? '', b.image_id ?? '')
  );
}
