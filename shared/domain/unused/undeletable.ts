/** Artifacts that Harbor would not delete, whoever asks: what is unused is not always deletable. */
import type { ReadRepository } from '../registry/whole-registry.ts';
import type { UnusedArtifact } from './unused-answer.ts';

/** Why Harbor would not delete an artifact: one of its tags is immutable, or an index refers to it. */
export type Undeletable = 'immutable' | 'referenced';

/** The reasons that are known, by artifact. Harbor may still refuse others, for example for lack of a right. */
export type UndeletableIndex = ReadonlyMap<string, Undeletable>;

export function indexUndeletable(repositories: readonly ReadRepository[]): UndeletableIndex {
  const index = new Map<string, Undeletable>();
  for (const { at, artifacts } of repositories) {
    const children = new Set(artifacts.flatMap((artifact) => artifact.children));
    for (const { digest, immutableTags } of artifacts) {
      if (immutableTags.length > 0) index.set(keyOf({ ...at, digest }), 'immutable');
      else if (children.has(digest)) index.set(keyOf({ ...at, digest }), 'referenced');
    }
  }
  return index;
}

/** Tells why Harbor would not delete an artifact; null: nothing is known that prevents it. */
export function whyUndeletable(index: UndeletableIndex, row: UnusedArtifact): Undeletable | null {
  return index.get(keyOf(row)) ?? null;
}

function keyOf({
  project,
  repository,
  digest,
}: Pick<UnusedArtifact, 'project' | 'repository' | 'digest'>): string {
  return `${project}/${repository}@${digest}`;
}
