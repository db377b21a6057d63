/** What answers over nodes read of the registry: reduced rows of whole repositories, shared by those who ask. */

import type { RepositoryAt } from '../adapters/harbor/http/url.ts';
import type { HarborSession } from '../adapters/harbor/session.ts';
import type { ProjectName, Reference } from '../values/names.ts';

/** An artifact of a repository that has a tag, or is no child of an index. */
export interface RegistryArtifact {
  readonly digest: string;
  /** Harbor's own word, such as `IMAGE` or `CHART`; null if unknown. */
  readonly type: string | null;
  readonly tags: readonly string[];
  /** The tags that Harbor's rules make immutable. */
  readonly immutableTags: readonly string[];
  /** Digests of an index's children, attestations included. */
  readonly children: readonly string[];
  readonly sizeBytes: number;
  /** RFC 3339; null if unknown. */
  readonly pushTime: string | null;
  /** RFC 3339; null if it was never pulled. */
  readonly pullTime: string | null;
}

export interface RegistryReadOptions {
  /** The largest age of an answer that is shared, milliseconds; 0: only one that begins now. Default: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: number;
  /** Ends this caller's wait. An answer that others wait for goes on. Default: the session's. */
  readonly signal?: AbortSignal;
}

/**
 * The registry, read repository by repository, each once for all who ask within `max_age_ms`. Its calls keep the
 * limits on calls, but a request takes its turn by itself: `session.admit` around all that it reads.
 */
export interface RegistryReader {
  /**
   * All artifacts of a repository, last pushed first. The array keeps its identity while it is shared.
   * @returns null if the repository or its project does not exist, for credentials that are proven
   * @throws Problem of Harbor if the list cannot be completed
   */
  artifacts(
    session: HarborSession,
    at: RepositoryAt,
    options?: RegistryReadOptions,
  ): Promise<readonly RegistryArtifact[] | null>;
  /**
   * The digest of one artifact, also of those that lists leave out: children of indexes, signatures.
   * @returns null if Harbor says that there is no such artifact
   * @throws Problem of Harbor if it does not say
   */
  digestOf(
    session: HarborSession,
    artifact: RepositoryAt & { readonly reference: Reference },
    options?: RegistryReadOptions,
  ): Promise<string | null>;
  /**
   * The repositories of a project, or of all projects.
   * @throws Problem of Harbor if the list cannot be completed; harbor_not_found if there is no such project
   */
  repositories(
    session: HarborSession,
    project: ProjectName | null,
    options?: RegistryReadOptions,
  ): Promise<readonly RepositoryAt[]>;
  /** Drops what is kept of a repository, because an event says that it has changed. */
  forget(at: RepositoryAt): void;
}
