/** Reads of the registry what the images on nodes are compared with: the repositories that nodes hold, each once. */

import type { RegistrySession } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import { withoutAlgorithm } from '../../values/image-name.ts';
import { type RepositoryAt, toReference } from '../../values/names.ts';
import { Problem, type ProblemCode } from '../../values/problem.ts';
import { createLimit } from '../../values/waiting/limit.ts';
import { createConfigReader, firstThose, manifestsOf } from '../images/config-reader.ts';
import type { NamedImage } from '../images/image-names.ts';
import type { RepositoryIndex } from '../registry/repository-index.ts';
import { toLookUp } from './classification.ts';

/** A repository that nodes hold images of. */
export interface HeldRepository {
  readonly at: RepositoryAt;
  readonly images: readonly NamedImage[];
}

/** The result of reading a repository: its artifacts, null if it does not exist, or why it could not be read. */
export interface RepositoryRead {
  readonly artifacts: readonly RegistryArtifact[] | null | Problem;
  /** As in `RegistryState`. */
  readonly found: ReadonlyMap<string, boolean | Problem>;
  /** As in `RegistryState`. */
  readonly byId: ReadonlyMap<string, string | null>;
}

export interface RegistryRead {
  /** In the order of the repositories. */
  readonly repositories: readonly RepositoryRead[];
  /** Why Harbor as a whole could not be asked; null: it answered. */
  readonly outage: Problem | null;
}

export interface RegistryReading {
  readonly registry: RegistrySession;
  /** How many repositories are read at a time. */
  readonly concurrency: number;
  readonly maxAgeMs?: number | undefined;
  readonly indexOf: (artifacts: readonly RegistryArtifact[]) => RepositoryIndex;
}

/** Problems that may be those of Harbor as a whole. */
const WIDE: readonly ProblemCode[] = [
  'harbor_unreachable',
  'harbor_tls',
  'harbor_timeout',
  'harbor_overloaded',
  'harbor_unauthorized',
];
/** Problems that no other call would be without. */
const FATAL: readonly ProblemCode[] = ['harbor_not_configured', 'unsupported_here'];
/** If more repositories fail in this way, the others are not asked, because that could take hours. */
const MAX_WIDE = 6;

/**
 * Reads the repositories in one turn of the request. A repository that fails does not end the others. If Harbor
 * as a whole fails, the rest is not asked.
 * @throws Problem harbor_not_configured, unsupported_here, overloaded
 */
export function readHeldRepositories(
  { registry, concurrency, maxAgeMs, indexOf }: RegistryReading,
  held: readonly HeldRepository[],
): Promise<RegistryRead> {
  return registry.admit(async (signal) => {
    const ask = createCautiousReads(registry, signal);
    await ask.prove();
    // Each takes its turn when the ones before it are read, so that none is asked after an outage.
    const limit = createLimit({ concurrency, waiting: Infinity }); // of one request
    const options = { signal, ...(maxAgeMs !== undefined && { maxAgeMs }) };

    const lookUp = async (at: RepositoryAt, text: string): Promise<boolean | Problem> => {
      const reference = toReference(text);
      if (reference === null) return false; // Harbor's grammar does not allow such a tag
      const digest = await limit(() =>
        ask(() => registry.readDigest({ ...at, reference }, options)),
      );
      return digest instanceof Problem ? digest : digest !== null;
    };
    const read = async ({ at, images }: HeldRepository): Promise<RepositoryRead> => {
      const artifacts = await limit(() => ask(() => registry.readArtifacts(at, options)));
      if (artifacts === null || artifacts instanceof Problem)
        return { artifacts, ...NOTHING_ASKED };
      const index = indexOf(artifacts);
      const missing = [...new Set(images.flatMap((image) => toLookUp(image, index)))];
      const answers = missing.map(async (text) => [text, await lookUp(at, text)] as const);
      const found = new Map(await Promise.all(answers));
      return { artifacts, found, byId: await artifactsById({ at, images }, artifacts) };
    };

    const artifactsById = createIdReader(registry);
    const repositories = await Promise.all(held.map(read));
    return { repositories, outage: ask.outage() };
  });
}

/** Finds the artifacts that images without a digest are, by their ids. Nothing is read if there is no such image. */
function createIdReader(registry: RegistrySession) {
  const readConfigs = createConfigReader(registry);
  return async (
    { at, images }: HeldRepository,
    artifacts: readonly RegistryArtifact[],
  ): Promise<ReadonlyMap<string, string | null>> => {
    const ids = new Set(images.flatMap(({ imageId }) => imageId ?? []));
    if (ids.size === 0) return NO_IDS;
    // Those that have the tags of the images come first, and count first.
    const tags = new Set(images.flatMap(({ imageId, tag }) => (imageId === null ? [] : tag)));
    const isNamed = (artifact: RegistryArtifact) => artifact.tags.some((tag) => tags.has(tag));
    const inOrder = firstThose(artifacts, isNamed);
    const found = () => artifactsOfIds(registry, { ids, artifacts: inOrder });
    await readConfigs(
      artifacts.map((artifact) => ({ at, artifact })),
      { isLikely: ({ artifact }) => isNamed(artifact), isDone: () => found().size === ids.size },
    );
    return found();
  };
}

const NO_IDS: ReadonlyMap<string, string | null> = new Map();

/** The first artifact of each id; null if all were read and none has it. */
function artifactsOfIds(
  { configs }: Pick<RegistrySession, 'configs'>,
  {
    ids,
    artifacts,
  }: { readonly ids: ReadonlySet<string>; readonly artifacts: readonly RegistryArtifact[] },
): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>();
  let areAllRead = true;
  for (const artifact of artifacts) {
    const digests = configs.of(manifestsOf(artifact));
    if (digests === null) areAllRead = false;
    for (const id of (digests ?? []).map(withoutAlgorithm)) {
      if (ids.has(id) && !found.has(id)) found.set(id, artifact.digest);
    }
  }
  if (areAllRead) for (const id of ids) if (!found.has(id)) found.set(id, null);
  return found;
}

const NOTHING_ASKED: Omit<RepositoryRead, 'artifacts'> = { found: new Map(), byId: NO_IDS };

/** Reads that end with a problem instead of an error, and that stop when Harbor as a whole fails. */
function createCautiousReads(registry: RegistrySession, signal: AbortSignal) {
  let outage: Problem | null = null;
  let wide = 0;

  async function prove(): Promise<void> {
    try {
      await registry.proveLogin(signal);
    } catch (err) {
      if (!(err instanceof Problem) || FATAL.includes(err.code)) throw err;
      // A caller without a login has none to prove: it sees what everybody sees.
      if (!(registry.isAnonymous && err.code === 'harbor_unauthorized')) outage ??= err;
    }
  }

  async function ask<T>(read: () => Promise<T>): Promise<T | Problem> {
    if (outage !== null) return outage;
    try {
      return await read();
    } catch (err) {
      if (!(err instanceof Problem) || FATAL.includes(err.code)) throw err;
      const isWide =
        WIDE.includes(err.code) && !(registry.isAnonymous && err.code === 'harbor_unauthorized');
      if (isWide) {
        wide++;
        if (wide > MAX_WIDE) outage ??= err;
        else if (outage === null) await prove();
      }
      return err;
    }
  }

  return Object.assign(ask, { prove, outage: () => outage });
}
