/** What answers over nodes read of the registry: reduced rows of whole repositories, shared by those who ask. */

import type { RepositoryAt } from '../harbor/http/url.ts';
import type { ProjectName } from '../harbor/names.ts';
import type { HarborSession } from '../harbor/session.ts';

/** An artifact of a repository that has a tag, or is no child of an index. */
export interface RegistryArtifact {
  readonly digest: string;
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
  /** The largest age of a list that is shared, milliseconds; 0: only one that begins now. Default: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: number;
}

/** The registry, read repository by repository, each once for all who ask within `max_age_ms`. */
export interface RegistryReader {
  /**
   * All artifacts of a repository.
   * @returns null if the repository or its project does not exist, for credentials that are proven
   * @throws Problem of Harbor if the list cannot be completed
   */
  artifacts(
    session: HarborSession,
    at: RepositoryAt,
    options?: RegistryReadOptions,
  ): Promise<readonly RegistryArtifact[] | null>;
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
