/** The deletions of the stand-in, for tests that compare them with the reports of the service. */
import type { Artifact } from './model.ts';

/** One deletion that was carried out. */
export interface Deletion {
  readonly what: 'artifact' | 'tag' | 'repository' | 'project';
  readonly project: string;
  /** The repository; null if the project itself was deleted. */
  readonly repository: string | null;
  /** The artifact that was deleted or lost its tag; null for a repository or a project. */
  readonly digest: string | null;
  /** All removed tags, not only the one in the call. */
  readonly tags: readonly string[];
  /** Digests of the artifacts that were deleted with it: children of an index, accessories. */
  readonly alongside: readonly string[];
}

/** A deletion with its call. */
export interface CarriedOutDeletion extends Deletion {
  /** The `number` of the call. */
  readonly call: number;
  /** The account's name; null: anonymous. */
  readonly by: string | null;
  /** The time of the stand-in's clock. */
  readonly at: number;
}

/** The deletion of an artifact. `removed` has all deleted artifacts, including itself. */
export function artifactDeletion(artifact: Artifact, removed: readonly Artifact[]): Deletion {
  const { repository, digest } = artifact;
  return {
    what: 'artifact',
    project: repository.project.name,
    repository: repository.name,
    digest,
    tags: removed.flatMap(({ tags }) => tags.map(({ name }) => name)),
    alongside: removed.filter((other) => other !== artifact).map((other) => other.digest),
  };
}
