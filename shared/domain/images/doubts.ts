/** Decides doubts: whether an image on a node, whose digest the registry does not have, is an artifact that it has. */
import type { RegistrySession } from '../../ports/registry.ts';
import type { RegistryArtifact } from '../../ports/registry-artifact.ts';
import type { RepositoryAt } from '../../values/names.ts';

/** An artifact that only doubtful holders have (`HeldIndex`). */
export interface DoubtedArtifact {
  readonly at: RepositoryAt;
  readonly artifact: RegistryArtifact;
}

/** The digests of the configurations of artifacts, by the artifact's digest, as far as they have been read. */
export type ConfigDigests = ReadonlyMap<string, readonly string[]>;

/** Artifacts whose configurations are read for one answer. Others stay in doubt, which counts as held. */
const MAX_DOUBTS = 200;

/** The same for all, because answers are kept by what they were made from. */
const UNREAD: ConfigDigests = new Map();

/**
 * Makes an answer. If it has doubts, it is made again with the configurations that decide them.
 * @param answerBy calls an artifact doubted if its configurations could change the answer
 */
export async function withDoubtsDecided<
  Answer extends { readonly doubted: readonly DoubtedArtifact[] },
>(
  registry: Pick<RegistrySession, 'readConfigDigests'>,
  answerBy: (configs: ConfigDigests) => Answer | Promise<Answer>,
): Promise<Answer> {
  const first = await answerBy(UNREAD);
  if (first.doubted.length === 0) return first;
  return answerBy(await readConfigs(registry, first.doubted.slice(0, MAX_DOUBTS)));
}

async function readConfigs(
  registry: Pick<RegistrySession, 'readConfigDigests'>,
  doubted: readonly DoubtedArtifact[],
): Promise<ConfigDigests> {
  const read = async ({ at, artifact: { digest, children } }: DoubtedArtifact) => {
    const manifests = children.length > 0 ? children : [digest];
    const configs = await registry.readConfigDigests(at, manifests);
    return configs && ([digest, configs] as const);
  };
  const all = await Promise.all(doubted.map(read));
  return new Map(all.filter((one) => one !== null));
}
