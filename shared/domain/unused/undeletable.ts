/** Artifacts that Harbor would not delete, whoever asks: what is unused is not always deletable. */
import type { RepositoryWithRules } from '../registry/whole-registry.ts';
import type { UnusedArtifact } from './unused-answer.ts';

/**
 * Why Harbor would not delete an artifact: one of its tags is immutable, or an index refers to it. `unknown`: Harbor cannot
 * read its rules of immutable tags, and deletes nothing until it can.
 */
export type Undeletable = 'immutable' | 'referenced' | 'unknown';

/** The reasons that are known, by artifact. Harbor may still refuse others, for example for lack of a right. */
export type UndeletableIndex = ReadonlyMap<string, Undeletable>;

export function indexUndeletable(repositories: readonly RepositoryWithRules[]): UndeletableIndex {
  const index = new Map<string, Undeletable>();
  for (const { at, artifacts, tagRules } of repositories) {
    const children = new Set(artifacts.flatMap((artifact) => artifact.children));
    for (const { digest, immutableTags } of artifacts) {
      if (immutableTags.length > 0) index.set(keyOf({ ...at, digest }), 'immutable');
      else if (children.has(digest)) index.set(keyOf({ ...at, digest }), 'referenced');
      else if (tagRules === 'unreadable') index.set(keyOf({ ...at, digest }), 'unknown');
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
