/** Artifacts of the registry, as deletions and answers over nodes see them. */
import type { Digest, RepositoryAt, Tag } from '../values/names.ts';
import type { TagRules } from '../values/tag-rules.ts';

/** The tags of an artifact, as the registry answers them. */
export interface MarkedTags {
  readonly tags: readonly string[];
  /** Those that rules of the registry make immutable. Some are missing while it cannot read the rules (`TagRules`). */
  readonly immutableTags: readonly string[];
}

/** An artifact of a repository that has a tag, or is no child of an index. */
export interface RegistryArtifact extends MarkedTags {
  readonly digest: string;
  /** Harbor's own word, such as `IMAGE` or `CHART`; null if unknown. */
  readonly type: string | null;
  /** Digests of an index's children, attestations included. */
  readonly children: readonly string[];
  readonly sizeBytes: number;
  /** RFC 3339; null if unknown. */
  readonly pushTime: string | null;
  /** RFC 3339; null if it was never pulled. */
  readonly pullTime: string | null;
}

/** The artifacts of repositories of one project, and what its rules prove about their tags. */
export interface ArtifactsWithRules {
  /** Those of each repository, in the order of the repositories; null for one that does not exist. */
  readonly lists: readonly (readonly RegistryArtifact[] | null)[];
  readonly tagRules: TagRules;
}

/** One artifact with all its tags, and which of them are immutable. */
export interface ArtifactDetail extends MarkedTags {
  readonly digest: Digest;
  readonly size_bytes: number;
  /** RFC 3339; null if unknown. */
  readonly pushTime: string | null;
  /** Digests of an index's children, attestations included. */
  readonly childDigests: readonly string[];
  /** Digests of its signatures, SBOMs and other accessories, and of theirs, which are deleted with it. */
  readonly accessoryDigests: readonly string[];
}

/** Digests of an artifact's relatives. */
export interface Relatives {
  /** The indexes that refer to it. While there is one, the registry refuses to delete the artifact. */
  readonly parentDigests: readonly string[];
  /** The children that are deleted with it. */
  readonly childDigests: readonly string[];
  /** The accessories, such as signatures and SBOMs, that are deleted with it and with those children, and theirs. */
  readonly accessoryDigests: readonly string[];
}

/** The target of a deletion. */
export interface DeletionTarget {
  readonly at: RepositoryAt;
  readonly digest: Digest;
  /** The tag that is removed while the artifact stays. Null: the artifact is deleted with all its tags. */
  readonly tag: Tag | null;
}

/** A deletion to send. */
export interface ArtifactDeletion extends DeletionTarget {
  /** Runs when it is the deletion's turn. If it rejects, nothing is sent. */
  readonly beforeSend?: () => Promise<void>;
}

/** The target of an earlier deletion that still exists. */
export interface RemainingTarget {
  /** When it was pushed, RFC 3339; null if unknown. */
  readonly pushTime: string | null;
}
