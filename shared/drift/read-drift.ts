/** Compares the nodes with the registry for a request. What did not change is not compared again. */

import { registryNames } from '../host/registry-names.ts';
import type { FunctionContext } from '../http/function.ts';
import { harborSession } from '../http/harbor-endpoints.ts';
import type { NodesReading } from '../nodes/nodes.ts';
import { Problem } from '../problem.ts';
import type { RegistryArtifact } from '../registry/registry-reader.ts';
import type { DriftRow } from './drift-answer.ts';
import { driftRows, type PlacedImages, placeImages } from './drift-rows.ts';
import { imagesOnNodes } from './images-on-nodes.ts';
import { type RegistryRead, type RepositoryRead, readHeldRepositories } from './registry-states.ts';
import { repositoryIndex } from './repository-index.ts';

export interface Drift {
  readonly rows: readonly DriftRow[];
  /** Why rows are `unknown`. */
  readonly errors: readonly { readonly source: 'harbor'; readonly error: string }[];
}

export interface DriftDemand {
  /** Only images of its containers; null: all images. */
  readonly namespace: string | null;
  /** As for the reader of the registry. */
  readonly maxAgeMs?: number | undefined;
}

/**
 * Reads the repositories that the nodes hold, and compares.
 * @throws Problem harbor_not_configured, unsupported_here, overloaded; other problems of Harbor are in the rows
 */
export async function readDrift(
  c: FunctionContext,
  reading: NodesReading,
  { namespace, maxAgeMs }: DriftDemand,
): Promise<Drift> {
  const { configuration, memo, registry } = c.get('services');
  const place = () => placeImages(imagesOnNodes(reading, namespace), registryNames(configuration));
  const placed = namespace === null ? memo(reading.contents, 'placed images', place) : place();
  const indexOf = (artifacts: readonly RegistryArtifact[]) =>
    memo(artifacts, 'repository index', () => repositoryIndex(artifacts));
  const demand = {
    session: harborSession(c),
    registry,
    concurrency: configuration.harbor_config.harbor_concurrency,
    maxAgeMs,
    indexOf,
  };
  const read = await c.get('log').upstream(readHeldRepositories(demand, placed.repositories));
  if (read.outage !== null) c.get('log').fields['harbor'] = read.outage.code;
  const last = memo(placed, 'last comparison', (): { drift: Drift; of: RegistryRead | null } => ({
    drift: { rows: [], errors: [] },
    of: null,
  }));
  if (last.of === null || !isSame(last.of, read)) {
    last.drift = { rows: driftRows(placed, read, indexOf), errors: errorsOf(placed, read) };
    last.of = read;
  }
  return last.drift;
}

/** Each reason once: an outage has one for all repositories. */
function errorsOf({ images }: PlacedImages, { repositories, outage }: RegistryRead) {
  const problems = repositories.flatMap(({ artifacts, found }) =>
    [artifacts, ...found.values()].filter((one) => one instanceof Problem),
  );
  // Without an image of Harbor nothing was asked but whether it answers.
  const whole = outage !== null && images.some(({ repository }) => repository !== null);
  const all = whole ? [outage, ...problems] : problems;
  const reasons = new Set(all.map(({ message }) => message));
  return [...reasons].map((error) => ({ source: 'harbor', error }) as const);
}

/** Whether two reads of the same repositories found the same. Lists keep their identity while they are shared. */
function isSame(a: RegistryRead, b: RegistryRead): boolean {
  if (a.outage?.message !== b.outage?.message) return false;
  return a.repositories.every((one, index) => {
    const other = b.repositories[index];
    return other !== undefined && isSameRepository(one, other);
  });
}

function isSameRepository(a: RepositoryRead, b: RepositoryRead): boolean {
  if (!isSameResult(a.artifacts, b.artifacts) || a.found.size !== b.found.size) return false;
  return [...a.found].every(([text, result]) => isSameResult(result, b.found.get(text)));
}

function isSameResult(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof Problem && b instanceof Problem && a.message === b.message);
}
