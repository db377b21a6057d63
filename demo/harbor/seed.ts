/** A registry's content as compact data. Missing values get plausible defaults. */
import type { Account, ArtifactKind, Label, Platform, Role } from './model.ts';

export interface RegistrySeed {
  readonly accounts: readonly Account[];
  readonly projects: readonly ProjectSeed[];
}

export interface ProjectSeed {
  readonly name: string;
  /** Default: one more than the project before. */
  readonly id?: number;
  readonly public?: boolean;
  /** Account name → role; system administrators need none. */
  readonly members?: Readonly<Record<string, Role>>;
  readonly immutableTags?: readonly string[];
  readonly registryId?: number;
  /** Shown in addition to `public`; values are strings, as in Harbor. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Repository name without the project → its artifacts, oldest first. */
  readonly repositories?: Readonly<Record<string, readonly ArtifactSeed[]>>;
}

export interface ArtifactSeed {
  /** `sha256:` and 64 hex digits; default: derived from the repository's name and the position. */
  readonly digest?: string;
  /** `sha256:…` of its configuration; default: derived from its digest. */
  readonly configDigest?: string;
  /** In the order of the pushes; none: untagged. */
  readonly tags?: readonly string[];
  readonly kind?: ArtifactKind;
  /** The manifest's own `artifactType`; default: the media type of the configuration. */
  readonly artifactType?: string;
  readonly platform?: Platform;
  readonly sizeBytes?: number;
  /** Milliseconds since the epoch; default: a little later than the artifact before. */
  readonly pushedAt?: number;
  readonly pulledAt?: number;
  /** The manifests of an index. A child with tags is listed like any other artifact. */
  readonly children?: readonly ArtifactSeed[];
  /** Signatures and other referrers, with Harbor's name for their kind. */
  readonly accessories?: readonly (ArtifactSeed & { readonly type: string })[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: readonly Label[];
}
