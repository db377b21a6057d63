/** The rows of the registry's lists, as the answers of GET /harbor/… have them. */
import * as z from 'zod/mini';

/** A point in time, RFC 3339. */
const time = z.nullable(z.string());

/** A row of GET /harbor/projects. */
export const projectSchema = z.object({
  name: z.string(),
  project_id: z.number(),
  public: z.boolean(),
  repo_count: z.number(),
  owner_name: z.nullable(z.string()),
  creation_time: time,
  update_time: time,
});
export type Project = z.infer<typeof projectSchema>;

/** A row of GET /harbor/repositories/{project}; `name` is without the project. */
export const repositorySchema = z.object({
  name: z.string(),
  full_name: z.string(),
  project: z.string(),
  artifact_count: z.number(),
  pull_count: z.number(),
  creation_time: time,
  update_time: time,
});
export type Repository = z.infer<typeof repositorySchema>;

/** A platform that an artifact runs on, and the manifest for it. Null: a child without a platform, such as another index. */
export const platformSchema = z.object({
  os: z.nullable(z.string()),
  architecture: z.nullable(z.string()),
  variant: z.nullable(z.string()),
  digest: z.string(),
});
export type Platform = z.infer<typeof platformSchema>;

/** A row of GET /harbor/artifacts/{project}/{repository}. */
export const artifactSchema = z.object({
  digest: z.string(),
  tags: z.array(z.string()),
  type: z.nullable(z.string()),
  media_type: z.nullable(z.string()),
  size: z.string(),
  size_bytes: z.number(),
  push_time: time,
  pull_time: time,
  platforms: z.array(platformSchema),
  annotations: z.catchall(z.object({}), z.string()),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** Something that is attached to an artifact, and is deleted with it. */
export interface Accessory {
  /** Harbor's own word, such as `signature.cosign` or `sbom.harbor`; null if unknown. */
  readonly type: string | null;
  readonly digest: string;
  readonly sizeBytes: number;
}

export interface ArtifactDetails {
  readonly accessories: readonly Accessory[];
  /** The tags that Harbor's rules make immutable. */
  readonly immutableTags: readonly string[];
}

export interface DetailedArtifact extends Artifact {
  readonly details: ArtifactDetails;
}

/** One tag of the registry in the old service's format; `repository` is without the project. */
export interface RegistryImage {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly size: string;
  readonly project: string;
}

/** Every tag of the registry, and the lists that failed alone. */
export interface RegistryImages {
  /** By project, then repository, then newest first. */
  readonly rows: RegistryImage[];
  readonly errors: readonly { readonly source: 'harbor'; readonly error: string }[];
}
