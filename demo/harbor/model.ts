/** The content of the stand-in registry. Mutable on purpose, because it is the state of a server. */

/** A project member's role, as Harbor names them. */
export type Role = 'projectAdmin' | 'maintainer' | 'developer' | 'guest' | 'limitedGuest';

/** `resource:action`, as in the rights of Harbor's robots. */
export type Right =
  | 'project:read'
  | 'project:delete'
  | 'repository:list'
  | 'repository:read'
  | 'repository:delete'
  | 'artifact:list'
  | 'artifact:read'
  | 'artifact:delete'
  | 'tag:list'
  | 'tag:delete'
  | 'accessory:list'
  | 'immutable-tag:list';

/** An account with a name and a password. */
export interface Account {
  readonly name: string;
  readonly password: string;
  /** `admin` is a system administrator; what a `user` may do is in each project's `members`. */
  readonly kind: 'admin' | 'user' | 'robot';
  /** A robot's rights; `projects: '*'` makes it a system robot that covers all projects. */
  readonly robot?: {
    readonly projects: '*' | readonly string[];
    readonly rights: readonly Right[];
    readonly disabled?: boolean;
  };
}

export interface Project {
  readonly id: number;
  readonly name: string;
  readonly public: boolean;
  readonly createdAt: number;
  readonly members: Readonly<Record<string, Role>>;
  /** Tag patterns (`release-*`) that an immutability rule protects. */
  readonly immutableTags: readonly string[];
  /** Set for a proxy cache: the id of the registry behind it. */
  readonly registryId: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly repositories: Map<string, Repository>;
}

export interface Repository {
  readonly id: number;
  readonly project: Project;
  /** The name without the project: `apps/web/frontend`. */
  readonly name: string;
  readonly createdAt: number;
  pullCount: number;
  /** By digest, in the order of the pushes. */
  readonly artifacts: Map<string, Artifact>;
  readonly tags: Map<string, Artifact>;
}

/** Harbor derives an artifact's `type` from the media type of its configuration. */
export type ArtifactKind = 'image' | 'docker' | 'index' | 'chart' | 'wasm' | 'unknown';

export interface Platform {
  readonly architecture: string;
  readonly os: string;
  readonly variant?: string;
}

export interface Tag {
  readonly id: number;
  readonly name: string;
  readonly pushedAt: number;
  pulledAt: number | null;
}

export interface Label {
  readonly id: number;
  readonly name: string;
}

export interface Artifact {
  readonly id: number;
  readonly repository: Repository;
  /** `sha256:…`. */
  readonly digest: string;
  readonly kind: ArtifactKind;
  readonly artifactType: string | null;
  readonly platform: Platform;
  readonly sizeBytes: number;
  readonly pushedAt: number;
  pulledAt: number | null;
  /** Newest first, as Harbor lists them. */
  tags: readonly Tag[];
  /** The manifests of an index. */
  readonly children: readonly Artifact[];
  /** Indexes that refer to this artifact. */
  parents: readonly Artifact[];
  /** Signatures and other referrers. */
  accessories: readonly Artifact[];
  /** Set when this artifact is itself an accessory. */
  readonly accessory: { readonly subject: Artifact; readonly type: string } | null;
  /** Null: derived from the digest. */
  readonly configDigest: string | null;
  readonly annotations: Readonly<Record<string, string>> | null;
  readonly labels: readonly Label[];
}
