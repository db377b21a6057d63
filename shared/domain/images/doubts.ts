/**
 * Decides doubts: whether an image on a node that has no digest, or one that the registry does not have, is an artifact of
 * the registry. Its id is the digest of a configuration, which the manifests of the artifacts tell.
 */
import type { KnownConfigs, RegistrySession } from '../../ports/registry.ts';
import { type ArtifactIn, createConfigReader } from './config-reader.ts';
import type { HeldIndex } from './held-index.ts';

interface Doubts {
  readonly registry: Pick<RegistrySession, 'readConfigDigests' | 'configs'>;
  readonly held: HeldIndex;
}

/**
 * Makes an answer. If it has doubts, it is made again with the configurations that decide them. Nothing is read as long
 * as each image on nodes has a digest that the registry has. What is not read stays in doubt, which counts as held.
 * @param answerBy calls an artifact doubted if only doubtful holders have it (`HeldIndex`), so that its configurations
 *   could change the answer
 */
export async function withDoubtsDecided<Answer extends { readonly doubted: readonly ArtifactIn[] }>(
  { registry, held: { bare } }: Doubts,
  answerBy: (configs: KnownConfigs) => Answer | Promise<Answer>,
): Promise<Answer> {
  const read = createConfigReader(registry);
  const areExplained = () => [...bare.ids].every((id) => registry.configs.hasId(id));
  for (;;) {
    const answer = await answerBy(registry.configs);
    const { doubted } = answer;
    // First those that images without a digest are named after, because their ids are most likely there.
    const isLikely = ({ at }: ArtifactIn) => bare.isNamed(`${at.project}/${at.repository}`);
    // Once all ids are explained, fewer are in doubt. If they already are, something else is.
    const isDone = areExplained() ? () => false : areExplained;
    if (!(await read(doubted, { isLikely, isDone }))) return answer;
  }
}
