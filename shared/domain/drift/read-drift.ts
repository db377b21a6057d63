/** Compares the nodes with the registry for a request. What did not change is not compared again. */

import type { HarborSession } from '../../adapters/harbor/session.ts';
import type { FunctionContext } from '../../http/function.ts';
import { harborSession } from '../../http/harbor-endpoints.ts';
import { allowedAge } from '../../http/host-reading.ts';
import type { Services } from '../../http/services.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import type { RegistryArtifact } from '../../ports/registry-reader.ts';
import { Problem } from '../../values/problem.ts';
import { registryNames } from '../images/registry-names.ts';
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

/** How the nodes are compared. */
export interface DriftDemand {
  readonly services: Pick<Services, 'configuration' | 'memo' | 'registry'>;
  readonly session: HarborSession;
  /** Only images of its containers; null: all images. */
  readonly namespace: string | null;
  /** The largest age of lists of Harbor that are shared, milliseconds. Default: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: number;
}

/**
 * Reads the repositories that the nodes hold, and compares.
 * @param namespace only images of its containers; null: all images
 * @throws Problem harbor_not_configured, unsupported_here, overloaded; other problems of Harbor are in the rows
 */
export async function readDrift(
  c: FunctionContext,
  reading: NodesReading,
  namespace: string | null,
): Promise<Drift> {
  const services = c.get('services');
  const demand = { services, session: harborSession(c), namespace, ...allowedAge(c) };
  const { read, compare } = prepareDrift(reading, demand);
  const found = await c.get('log').upstream(read());
  if (found.outage !== null) c.get('log').fields['harbor'] = found.outage.code;
  return compare(found);
}

/** The two steps of a comparison: what is read of Harbor, and what is made of it. */
export function prepareDrift(
  reading: NodesReading,
  { services, session, namespace, ...age }: DriftDemand,
): {
  /** @throws Problem as `readDrift` */
  readonly read: () => Promise<RegistryRead>;
  readonly compare: (read: RegistryRead) => Drift;
} {
  const { configuration, memo, registry } = services;
  const place = () => placeImages(imagesOnNodes(reading, namespace), registryNames(configuration));
  const placed = namespace === null ? memo(reading.contents, 'placed images', place) : place();
  const indexOf = (artifacts: readonly RegistryArtifact[]) =>
    memo(artifacts, 'repository index', () => repositoryIndex(artifacts));
  const concurrency = configuration.harbor_config.harbor_concurrency;
  const demand = { session, registry, concurrency, ...age, indexOf };
  return {
    read: () => readHeldRepositories(demand, placed.repositories),
    compare: (read) => {
      // A token of a list is the same as long as the list is, and does not keep it in memory.
      const tokenOf = (artifacts: object) => memo(artifacts, 'token', () => ({}));
      const seen = read.repositories.map(
        ({ artifacts, found }): Seen => ({
          artifacts:
            artifacts instanceof Problem || artifacts === null ? artifacts : tokenOf(artifacts),
          found,
        }),
      );
      const last = memo(placed, 'last comparison', (): Last => ({ drift: null, seen: [] }));
      if (last.drift !== null && isSame(last.seen, seen)) return last.drift;
      const drift = { rows: driftRows(placed, read, indexOf), errors: errorsOf(placed, read) };
      Object.assign(last, { drift, seen });
      return drift;
    },
  };
}

/** What a comparison saw of a repository. */
interface Seen extends Pick<RepositoryRead, 'found'> {
  readonly artifacts: object | null;
}

/** The last comparison of the same images. */
interface Last {
  readonly drift: Drift | null;
  readonly seen: readonly Seen[];
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

/** Whether two reads of the same repositories found the same. */
function isSame(before: readonly Seen[], now: readonly Seen[]): boolean {
  return now.every(({ artifacts, found }, index) => {
    const other = before[index];
    return (
      other !== undefined &&
      isSameResult(other.artifacts, artifacts) &&
      other.found.size === found.size &&
      [...found].every(([text, result]) => isSameResult(other.found.get(text), result))
    );
  });
}

function isSameResult(a: unknown, b: unknown): boolean {
  return a === b || (a instanceof Problem && b instanceof Problem && a.message === b.message);
}
