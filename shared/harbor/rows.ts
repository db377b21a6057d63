/**
 * Harbor's JSON, read at the border, and the rows that it becomes. Harbor leaves zero values out and
 * writes empty arrays as null; unknown members are ignored and nothing is passed on unread
 * (`extra_attrs` holds an image's environment, secrets included).
 */
import * as z from 'zod/mini';
import { type Digest, isDigest } from '../harbor-names.ts';
import { humanSize } from '../size.ts';

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

/** A platform that an artifact runs on, and the manifest for it. */
export const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
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
  annotations: z.record(z.string(), z.string()),
});
export type Artifact = z.infer<typeof artifactSchema>;

/** One artifact as a deletion needs to know it. */
export interface ArtifactDetail extends Artifact {
  readonly digest: Digest;
  /** Digests of an index's children, attestations included. */
  readonly childDigests: readonly string[];
  /** Tags that Harbor's rules make immutable. */
  readonly immutableTags: readonly string[];
}

const text = z.nullish(z.string());
const count = z.nullish(z.number());

const wireProject = z.object({
  name: z.string(),
  project_id: z.number(),
  owner_name: text,
  repo_count: count,
  creation_time: text,
  update_time: text,
  metadata: z.nullish(z.object({ public: text })),
});
const wireRepository = z.object({
  name: z.string(),
  artifact_count: count,
  pull_count: count,
  creation_time: text,
  update_time: text,
});
const wireTag = z.object({ name: z.string(), immutable: z.nullish(z.boolean()) });
// Kinds of artifacts other than images may use these names for anything.
const anything = z.optional(z.unknown());
const wirePlatform = z.nullish(
  z.object({ os: anything, architecture: anything, variant: anything }),
);
const wireArtifact = z.object({
  digest: z.string(),
  repository_name: text,
  type: text,
  media_type: text,
  size: count,
  push_time: text,
  pull_time: text,
  tags: z.nullish(z.array(wireTag)),
  references: z.nullish(z.array(z.object({ child_digest: z.string(), platform: wirePlatform }))),
  extra_attrs: wirePlatform,
  annotations: z.nullish(z.record(z.string(), z.unknown())),
});
/** What a crawl needs of an artifact. No more is read, since a crawl reads all there are. */
const wireCrawledArtifact = z.object({
  digest: z.string(),
  repository_name: text,
  size: count,
  tags: z.nullish(z.array(z.object({ name: z.string() }))),
});

export type WireProject = z.infer<typeof wireProject>;
export type WireRepository = z.infer<typeof wireRepository>;
export type WireTag = z.infer<typeof wireTag>;
export type WireArtifact = z.infer<typeof wireArtifact>;
export type CrawledArtifact = z.infer<typeof wireCrawledArtifact>;

/** Schemas of Harbor's answers. */
export const wire = {
  projects: z.array(wireProject),
  repositories: z.array(wireRepository),
  artifacts: z.array(wireArtifact),
  artifact: wireArtifact,
  crawledArtifacts: z.array(wireCrawledArtifact),
  tags: z.array(wireTag),
};

export function projectRow(project: WireProject): Project {
  return {
    name: project.name,
    project_id: project.project_id,
    public: project.metadata?.public === 'true',
    repo_count: project.repo_count ?? 0,
    owner_name: project.owner_name ?? null,
    creation_time: timeOf(project.creation_time),
    update_time: timeOf(project.update_time),
  };
}

export function repositoryRow(project: string, repository: WireRepository): Repository {
  return {
    name: withoutProject(project, repository.name),
    full_name: repository.name,
    project,
    artifact_count: repository.artifact_count ?? 0,
    pull_count: repository.pull_count ?? 0,
    creation_time: timeOf(repository.creation_time),
    update_time: timeOf(repository.update_time),
  };
}

export function artifactRow(artifact: WireArtifact): Artifact {
  const sizeBytes = artifact.size ?? 0;
  return {
    digest: artifact.digest,
    tags: artifact.tags?.map(({ name }) => name) ?? [],
    type: artifact.type ?? null,
    media_type: artifact.media_type ?? null,
    size: humanSize(sizeBytes),
    size_bytes: sizeBytes,
    push_time: timeOf(artifact.push_time),
    pull_time: timeOf(artifact.pull_time),
    platforms: platformsOf(artifact),
    annotations: Object.fromEntries(Object.entries(artifact.annotations ?? {}).filter(isTextEntry)),
  };
}

/**
 * @param tags the artifact's tags, asked for on their own when `artifact` names none: null there
 * may also be a passing fault of the database
 * @returns null when the digest is not one
 */
export function artifactDetail(
  artifact: WireArtifact,
  tags: readonly WireTag[],
): ArtifactDetail | null {
  const { digest } = artifact;
  if (!isDigest(digest)) return null;
  return {
    ...artifactRow(artifact),
    digest,
    tags: tags.map(({ name }) => name),
    childDigests: artifact.references?.map(({ child_digest }) => child_digest) ?? [],
    immutableTags: tags.filter(({ immutable }) => immutable === true).map(({ name }) => name),
  };
}

/** Harbor's repository names have the project in front. */
export function withoutProject(project: string, fullName: string): string {
  return fullName.startsWith(`${project}/`) ? fullName.slice(project.length + 1) : fullName;
}

function platformsOf({ digest, references, extra_attrs }: WireArtifact): Platform[] {
  if (references === null || references === undefined || references.length === 0) {
    return platformOf(extra_attrs, digest);
  }
  return references.flatMap(({ platform, child_digest }) => platformOf(platform, child_digest));
}

/** Attestations are children of an index too; their platform is unknown/unknown. */
function platformOf(attributes: WireArtifact['extra_attrs'], digest: string): Platform[] {
  const { os, architecture, variant } = attributes ?? {};
  if (typeof os !== 'string' || typeof architecture !== 'string') return [];
  if (os === 'unknown' && architecture === 'unknown') return [];
  if (os === '' && architecture === '') return [];
  const known = typeof variant === 'string' && variant !== '';
  return [{ os, architecture, variant: known ? variant : null, digest }];
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** `0001-01-01` is how Harbor writes "never". */
function timeOf(value: string | null | undefined): string | null {
  if (value === null || value === undefined || value.startsWith('0001-01-01')) return null;
  return TIME.test(value) ? value : null;
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
