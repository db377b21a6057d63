/** What the stand-in deleted, for tests that compare it with what the service reports. */
import type { Artifact } from './model.ts';

/** One deletion that was carried out. */
export interface Deletion {
  readonly what: 'artifact' | 'tag' | 'repository' | 'project';
  readonly project: string;
  /** Null when the project itself went. */
  readonly repository: string | null;
  /** The artifact that went or lost its tag; null for a repository or a project. */
  readonly digest: string | null;
  /** All tags that went, whichever of them the call named. */
  readonly tags: readonly string[];
  /** Digests of the artifacts that went along: children of an index, accessories. */
  readonly alongside: readonly string[];
}

/** A deletion with the call that asked for it. */
export interface CarriedOutDeletion extends Deletion {
  /** The `number` of the call. */
  readonly call: number;
  /** The account's name; null: anonymous. */
  readonly by: string | null;
  /** When, by the stand-in's clock. */
  readonly at: number;
}

/** An artifact's deletion; `removed` are all artifacts that went, itself included. */
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
