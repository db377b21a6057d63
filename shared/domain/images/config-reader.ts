/** Reads the configurations of many artifacts for one answer, within limits. */
import type { RegistrySession } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import type { RepositoryAt } from '../../values/names.ts';

/** An artifact with its repository. */
export interface ArtifactIn {
  readonly at: RepositoryAt;
  readonly artifact: RegistryArtifact;
}

/** Artifacts whose configurations are read for one answer. Nothing is concluded from the others. */
const MAX_ARTIFACTS = 2000;
/** Artifacts that are read before it is asked whether more are needed. */
const WAVE = 100;
/** After so many that cannot be read, and none that can, a project is given up: the account may not pull there. */
const MAX_FAILURES = 5;

/** The manifests that name the configurations of an artifact. An index has none of its own. */
export function manifestsOf({
  digest,
  children,
}: Pick<RegistryArtifact, 'digest' | 'children'>): readonly string[] {
  return children.length > 0 ? children : [digest];
}

export interface ReadWanted {
  /** Those that are likely what is looked for: they are read first, and in any case. */
  readonly isLikely: (one: ArtifactIn) => boolean;
  /** Tells whether no more are needed. */
  readonly isDone: () => boolean;
}

/** Those that are first, and then the others. */
export function firstThose<T>(all: readonly T[], isFirst: (one: T) => boolean): readonly T[] {
  return [...all.filter(isFirst), ...all.filter((one) => !isFirst(one))];
}

/** Reads each artifact once at most. What the process has read before costs no call. */
export function createConfigReader(registry: Pick<RegistrySession, 'readConfigDigests'>) {
  const asked = new Set<RegistryArtifact>();
  const failures = new Map<string, number>();

  async function readOne({ at, artifact }: ArtifactIn): Promise<void> {
    asked.add(artifact);
    const configs = await registry.readConfigDigests(at, manifestsOf(artifact));
    const failed = failures.get(at.project) ?? 0;
    failures.set(at.project, configs === null ? failed + 1 : Number.NEGATIVE_INFINITY);
  }

  /** @returns whether any was read */
  return async function read(
    artifacts: readonly ArtifactIn[],
    { isLikely, isDone }: ReadWanted,
  ): Promise<boolean> {
    const before = asked.size;
    const inOrder = firstThose(artifacts, isLikely);
    const certain = artifacts.filter(isLikely).length;
    const isWanted = ({ at, artifact }: ArtifactIn) =>
      !asked.has(artifact) && (failures.get(at.project) ?? 0) < MAX_FAILURES;
    for (let start = 0; start < inOrder.length && asked.size < MAX_ARTIFACTS; start += WAVE) {
      if (start >= certain && isDone()) break;
      await Promise.all(
        inOrder
          .slice(start, start + WAVE)
          .filter(isWanted)
          .map(readOne),
      );
    }
    return asked.size > before;
  };
}
