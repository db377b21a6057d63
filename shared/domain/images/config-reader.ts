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
  /** How many of the first are read in any case. */
  readonly certain: number;
  /** Tells whether no more are needed. */
  readonly isDone: () => boolean;
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

  /** Reads in this order. @returns whether any was read */
  return async function read(
    artifacts: readonly ArtifactIn[],
    { certain, isDone }: ReadWanted,
  ): Promise<boolean> {
    const before = asked.size;
    const isWanted = ({ at, artifact }: ArtifactIn) =>
      !asked.has(artifact) && (failures.get(at.project) ?? 0) < MAX_FAILURES;
    for (let start = 0; start < artifacts.length && asked.size < MAX_ARTIFACTS; start += WAVE) {
      if (start >= certain && isDone()) break;
      await Promise.all(
        artifacts
          .slice(start, start + WAVE)
          .filter(isWanted)
          .map(readOne),
      );
    }
    return asked.size > before;
  };
}
