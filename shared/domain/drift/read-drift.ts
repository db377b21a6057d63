/** Compares the nodes with the registry for a request. What did not change is not compared again. */

import type { NodeContents, NodesReading } from '../../ports/nodes.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { allowedAge, type RequestContext } from '../../ports/request.ts';
import type { DomainServices, Memo } from '../../ports/services.ts';
import { Problem } from '../../values/problem.ts';
import { registryNames } from '../images/registry-names.ts';
import { type RepositoryIndex, repositoryIndex } from '../registry/repository-index.ts';
import type { DriftRow } from './drift-answer.ts';
import { driftRows, type PlacedImages, placeImages } from './drift-rows.ts';
import { imagesOnNodes } from './images-on-nodes.ts';
import { type RegistryRead, type RepositoryRead, readHeldRepositories } from './registry-states.ts';

export interface Drift {
  readonly rows: readonly DriftRow[];
  /** Why rows are `unknown`. */
  readonly errors: readonly { readonly source: 'harbor'; readonly error: string }[];
}

/** The images to compare with the registry. */
export interface DriftDemand {
  readonly reading: NodesReading;
  /** Only images of its containers; null: all images. */
  readonly namespace: string | null;
}

/**
 * Reads the repositories that the nodes hold, and compares.
 * @throws Problem harbor_not_configured, unsupported_here, overloaded; other problems of Harbor are in the rows
 */
export async function readDrift(
  services: Pick<DomainServices, 'configuration' | 'memo' | 'registry'>,
  request: RequestContext,
  { reading, namespace }: DriftDemand,
): Promise<Drift & { readonly outage: Problem | null }> {
  const { configuration, memo } = services;
  const { contents } = reading;
  const placed =
    namespace === null
      ? memo(placedImages, contents, configuration)
      : placedImages(contents, configuration, namespace);
  const indexOf = (artifacts: readonly RegistryArtifact[]) => memo(repositoryIndex, artifacts);
  const registry = services.registry.session(request);
  const concurrency = configuration.harbor_config.harbor_concurrency;
  const demand = { registry, concurrency, ...allowedAge(request), indexOf };
  const read = await request.log.upstream(readHeldRepositories(demand, placed.repositories));
  const { outage } = read;
  if (outage !== null) request.log.fields['harbor'] = outage.code;
  return { ...compare(placed, { read, memo, indexOf }), outage };
}

function placedImages(
  contents: readonly NodeContents[],
  configuration: DomainServices['configuration'],
  namespace: string | null = null,
): PlacedImages {
  return placeImages(imagesOnNodes(contents, namespace), registryNames(configuration));
}

/** Compares, unless the last comparison of the same images saw the same registry. */
function compare(
  placed: PlacedImages,
  {
    read,
    memo,
    indexOf,
  }: {
    readonly read: RegistryRead;
    readonly memo: Memo;
    readonly indexOf: (artifacts: readonly RegistryArtifact[]) => RepositoryIndex;
  },
): Drift {
  // A token of a list is the same as long as the list is, and does not keep it in memory.
  const tokenOf = (artifacts: object) => memo(newToken, artifacts);
  const seen = read.repositories.map(
    ({ artifacts, found, byId }): Seen => ({
      artifacts:
        artifacts instanceof Problem || artifacts === null ? artifacts : tokenOf(artifacts),
      found,
      byId,
    }),
  );
  const last = memo(newLast, placed);
  if (last.drift !== null && isSame(last.seen, seen)) return last.drift;
  const drift = { rows: driftRows(placed, read, indexOf), errors: errorsOf(placed, read) };
  Object.assign(last, { drift, seen });
  return drift;
}

/** A repository as a comparison saw it. */
interface Seen extends Pick<RepositoryRead, 'found' | 'byId'> {
  readonly artifacts: object | null;
}

/** The last comparison of the same images. */
interface Last {
  readonly drift: Drift | null;
  readonly seen: readonly Seen[];
}

const newToken = (_artifacts: object): object => ({});
const newLast = (_placed: PlacedImages): Last => ({ drift: null, seen: [] });

/** Each reason once: an outage has one for all repositories. */
function errorsOf({ images }: PlacedImages, { repositories, outage }: RegistryRead) {
  const problems = repositories.flatMap(({ artifacts, found }) =>
    [artifacts, ...found.values()].filter((one) => one instanceof Problem),
  );
  // An outage counts only if there is an image of Harbor: otherwise nothing was asked but whether it answers.
  const whole = outage !== null && images.some(({ repository }) => repository !== null);
  const all = whole ? [outage, ...problems] : problems;
  const reasons = new Set(all.map(({ message }) => message));
  return [...reasons].map((error) => ({ source: 'harbor', error }) as const);
}

/** Tells whether two reads of the same repositories found the same. */
function isSame(before: readonly Seen[], now: readonly Seen[]): boolean {
  return now.every(({ artifacts, found, byId }, index) => {
    const other = before[index];
    return (
      other !== undefined &&
      isSameResult(other.artifacts, artifacts) &&
      other.found.size === found.size &&
      [...found].every(([text, result]) => isSameResult(other.found.get(text), result)) &&
      other.byId.size === byId.size &&
      [...byId].every(([id, digest]) => other.byId.get(id) === digest)
    );
  });
}

function isSameResult(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof Problem && b instanceof Problem && a.message === b.message);
}
