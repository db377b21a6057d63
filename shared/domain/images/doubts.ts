/**
 * Decides doubts: whether an image on a node that has no digest, or one that the registry does not have, is an artifact of
 * the registry. Its id is the digest of a configuration, which the manifests of the artifacts tell.
 */
import type { KnownConfigs, RegistrySession } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import type { RepositoryAt } from '../../values/names.ts';
import type { HeldIndex } from './held-index.ts';

/** An artifact that only doubtful holders have (`HeldIndex`). */
export interface DoubtedArtifact {
  readonly at: RepositoryAt;
  readonly artifact: RegistryArtifact;
}

/** Artifacts whose configurations are read for one answer. Others stay in doubt, which counts as held. */
const MAX_DOUBTS = 2000;
/** Artifacts that are read before the ids are looked at again. */
const WAVE = 100;
/** After so many that cannot be read, and none that can, a project is given up: the account may not pull there. */
const MAX_FAILURES = 5;

interface Doubts {
  readonly registry: Pick<RegistrySession, 'readConfigDigests' | 'configs'>;
  readonly held: HeldIndex;
}

/**
 * Makes an answer. If it has doubts, it is made again with the configurations that decide them. Nothing is read as long
 * as each image on nodes has a digest that the registry has.
 * @param answerBy calls an artifact doubted if its configurations could change the answer
 */
export async function withDoubtsDecided<
  Answer extends { readonly doubted: readonly DoubtedArtifact[] },
>(doubts: Doubts, answerBy: (configs: KnownConfigs) => Answer): Promise<Answer> {
  const { registry, held } = doubts;
  const reader = createReader(doubts);
  for (;;) {
    const answer = answerBy(registry.configs);
    // First those that images without a digest are named after, because their ids are most likely there.
    const named = answer.doubted.filter(({ at: { project, repository } }) =>
      held.bare.isNamed(`${project}/${repository}`),
    );
    const hasRead = await reader.read([...new Set([...named, ...answer.doubted])], named.length);
    if (!hasRead) return answer;
  }
}

/** Reads configurations in waves, each artifact once, until it has read as many as one answer may. */
function createReader({ registry, held }: Doubts) {
  const asked = new Set<RegistryArtifact>();
  const failures = new Map<string, number>();
  const areExplained = () => [...held.bare.ids].every((id) => registry.configs.hasId(id));

  async function readOne({ at, artifact }: DoubtedArtifact): Promise<void> {
    const { digest, children } = artifact;
    asked.add(artifact);
    const manifests = children.length > 0 ? children : [digest];
    const configs = await registry.readConfigDigests(at, manifests);
    const failed = failures.get(at.project) ?? 0;
    failures.set(at.project, configs === null ? failed + 1 : Number.NEGATIVE_INFINITY);
  }

  /**
   * Reads until all ids of images without a digest are explained, if they are not yet.
   * @param certain how many of the first are read in any case
   * @returns whether any was read
   */
  async function read(doubted: readonly DoubtedArtifact[], certain: number): Promise<boolean> {
    const before = asked.size;
    const wereExplained = areExplained();
    const isWanted = ({ at, artifact }: DoubtedArtifact) =>
      !asked.has(artifact) && (failures.get(at.project) ?? 0) < MAX_FAILURES;
    for (let start = 0; start < doubted.length && asked.size < MAX_DOUBTS; start += WAVE) {
      if (start >= certain && !wereExplained && areExplained()) break;
      const wave = doubted.slice(start, start + WAVE).filter(isWanted);
      await Promise.all(wave.map(readOne));
    }
    return asked.size > before;
  }

  return { read };
}
