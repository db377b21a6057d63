/**
 * The registry, as the domain, the functions and the pages see it. Harbor is one implementation
 * (shared/adapters/harbor/); test/support/memory-registry.ts is another, for tests. Each passes
 * test/ports/registry-suite.ts. Every method rejects with a `Problem` (`harbor_*`, `unsupported_here`, `overloaded`), or
 * with the reason of the request's signal. Where the result says that the registry does not say, only the signal rejects.
 */
import type { Digest, ProjectName, Reference, RepositoryAt } from '../values/names.ts';
import type { Listed, Slice } from '../values/slice.ts';
import type { TagRules } from '../values/tag-rules.ts';
import type {
  ArtifactDeletion,
  ArtifactDetail,
  ArtifactsWithRules,
  DeletionTarget,
  MarkedTags,
  RegistryArtifact,
  Relatives,
  RemainingTarget,
} from './registry-artifact.ts';
import type {
  Artifact,
  DetailedArtifact,
  Project,
  RegistryImages,
  Repository,
} from './registry-rows.ts';
import type { RequestContext } from './request.ts';

/** One registry, for as long as the program runs. */
export interface Registry {
  /** Base URL; null if none is configured. */
  readonly host: string | null;
  /** Opens a session for one request. It makes no call and keeps nothing for the next one. */
  session(request: SessionRequest): RegistrySession;
  /** Checks that the registry answers and accepts the login, outside the shared limits. */
  checkCredentials(signal: AbortSignal): Promise<void>;
  /** Drops what is kept of a repository, because it has changed. */
  forget(at: RepositoryAt): void;
}

/** The part of a request that a session needs. Work without a client has no trace and no log line. */
export type SessionRequest = Pick<RequestContext, 'id' | 'signal'> &
  Partial<Pick<RequestContext, 'trace' | 'log'>>;

export interface RegistrySession extends RegistryLists, RegistryContents, RegistryDeletions {
  /** True if it has no login, so that it sees only what is public. */
  readonly isAnonymous: boolean;
  readonly configs: KnownConfigs;
}

/** The configurations that have been read so far: on Node by any request, on edge runtimes by this one. */
export interface KnownConfigs {
  /** The digests of the configurations of manifests; null: one of them was not read. */
  of(manifests: readonly string[]): readonly string[] | null;
  /** Tells whether an image id is the digest of a configuration that was read. */
  hasId(id: string): boolean;
  /** How many have been read: what was decided by fewer may be decided otherwise. */
  count(): number;
}

/** The lists that clients ask for. Each is complete and proven, or an error. A null slice returns all rows. */
export interface RegistryLists {
  /** The projects that the account can see, by name. */
  listProjects(slice: Slice | null): Promise<Listed<Project>>;
  /** A project's repositories, newest first. */
  listRepositories(project: ProjectName, slice: Slice | null): Promise<Listed<Repository>>;
  /** A repository's artifacts, last pushed first. */
  listArtifacts(at: RepositoryAt, slice: Slice | null): Promise<Listed<Artifact>>;
  /** All of them, of which memory holds only what `pack` makes of the artifacts of a page. */
  packArtifacts<Row extends PackedArtifact>(
    at: RepositoryAt,
    pack: (artifacts: readonly Artifact[]) => readonly Row[],
  ): Promise<readonly Row[]>;
  /** One slice of them, with details. */
  listDetailedArtifacts(at: RepositoryAt, slice: Slice): Promise<Listed<DetailedArtifact>>;
  /** One artifact with details. @throws Problem harbor_not_found */
  getDetailedArtifact(at: RepositoryAt, reference: Reference): Promise<DetailedArtifact>;
  /** Every tag of the registry, in one reading that is shared with other requests. */
  listImages(): Promise<RegistryImages>;
}

/** The digest and tags that remain of an artifact when its row is packed. */
interface PackedArtifact {
  readonly digest: string;
  readonly tags?: readonly unknown[] | null | undefined;
}

/**
 * The contents of repositories, for answers over nodes. A process reads each once for all who ask within `maxAgeMs`.
 * A request takes its turn by itself: `admit` around all that it reads.
 */
export interface RegistryContents {
  /** Runs a reading as a whole when it is its turn. */
  admit<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /**
   * All artifacts of a repository, last pushed first. The array keeps its identity while it is shared.
   * @returns null if the repository or its project does not exist, for credentials that are proven
   */
  readArtifacts(
    at: RepositoryAt,
    options?: ContentsOptions,
  ): Promise<readonly RegistryArtifact[] | null>;
  /**
   * The artifacts of repositories of one project, as `readArtifacts`. Each list begins after a look at the project's rules
   * of immutable tags, and another look follows, which compares the tags with the rules.
   */
  readArtifactsWithRules(
    repositories: readonly RepositoryAt[],
    options?: ContentsOptions,
  ): Promise<ArtifactsWithRules>;
  /**
   * The digest of one artifact, also of those that lists leave out: children of indexes, signatures.
   * @returns null if the registry says that there is no such artifact
   */
  readDigest(
    artifact: RepositoryAt & { readonly reference: Reference },
    options?: ContentsOptions,
  ): Promise<string | null>;
  /**
   * The repositories of a project, or of all projects (null).
   * @throws Problem harbor_not_found if there is no such project
   */
  readRepositories(
    project: ProjectName | null,
    options?: ContentsOptions,
  ): Promise<readonly RepositoryAt[]>;
  /**
   * The digest of each manifest's configuration: the image ids of containerd and CRI-O. A process reads each once.
   * @returns null if one cannot be read, or is an index, which has none
   */
  readConfigDigests(
    at: RepositoryAt,
    manifests: readonly string[],
  ): Promise<readonly string[] | null>;
  /** Proves that the login is accepted. Asks again after a failure that may pass. */
  proveLogin(signal: AbortSignal): Promise<void>;
}

export interface ContentsOptions {
  /** The largest age of an answer that is shared, milliseconds; 0: only one that begins now. Default: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: number;
  /** Ends this caller's wait. An answer that others wait for goes on. Default: the request's signal. */
  readonly signal?: AbortSignal;
}

/** The reads of a deletion, and the deletion itself. The calls do not wait for lists. */
export interface RegistryDeletions {
  /** One artifact as it is now. @throws Problem harbor_not_found */
  getArtifact(at: RepositoryAt, reference: Reference): Promise<ArtifactDetail>;
  /** The children of an index, or none for another artifact; null if the registry does not have it, or does not answer. */
  childrenOf(at: RepositoryAt, digest: Digest): Promise<readonly string[] | null>;
  /** The parents, children and accessories of an artifact. */
  findRelatives(at: RepositoryAt, artifact: { readonly digest: string }): Promise<Relatives>;
  /** `project/repository` of the others that have the same digest; null if the registry cannot say. */
  otherRepositories(at: RepositoryAt, digest: Digest): Promise<readonly string[] | null>;
  /** As `readConfigDigests`, without waiting for lists. */
  configDigests(at: RepositoryAt, manifests: readonly string[]): Promise<readonly string[] | null>;
  /** What the project's rules of immutable tags say now; about the tags of an artifact, if it has been read. */
  tagRules(at: RepositoryAt, artifact: MarkedTags | null): Promise<TagRules>;
  /** True if the registry reports that it refuses every deletion; null if it does not report it. */
  isReadOnly(): Promise<boolean | null>;
  /**
   * Decides on a deletion and sends it while no other deletion of the process does that in the repository: two that
   * each remove one of the last two tags would remove both.
   */
  deleteInTurn<T>(at: RepositoryAt, work: () => Promise<T>): Promise<T>;
  /**
   * Deletes an artifact or one of its tags, and returns when it is done. Once sent, it continues if the client leaves.
   * @throws Problem artifact_immutable, artifact_referenced or harbor_read_only if a rule of the registry forbids it;
   *   with `outcome: "gone"` if something else deleted it first; harbor_timeout with `outcome: "unknown"` if that cannot
   *   be determined
   */
  deleteArtifact(deletion: ArtifactDeletion): Promise<void>;
  /** The target of an earlier deletion; null if it no longer exists. */
  remainingTarget(target: DeletionTarget): Promise<RemainingTarget | null>;
}
