/** The artifacts of a repository: the list, how it is read and the rows that it becomes. */
import * as z from 'zod/mini';
import { humanSize } from '../size.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import { harborPaths, NEWEST_ARTIFACTS, type RepositoryAt } from './http/url.ts';
import { count, isOld, reader, text, time, timeOf } from './http/wire.ts';
import { type Listed, type ListPlan, listAll, type Run, type Slice } from './list.ts';
import type { ProjectName, RepositoryName } from './names.ts';
import { type HarborSession, list } from './session.ts';

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
  annotations: z.catchall(z.object({}), z.string()),
});
export type Artifact = z.infer<typeof artifactSchema>;

const wireName = z.object({ name: z.string() });
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
  tags: z.nullish(z.array(wireName)),
  references: z.nullish(z.array(z.object({ child_digest: z.string(), platform: wirePlatform }))),
  extra_attrs: wirePlatform,
  annotations: z.nullish(z.looseObject({})),
});
type WireArtifact = z.infer<typeof wireArtifact>;

/**
 * A repository's artifacts, last pushed first; unknown is `harbor_not_found`, not empty. A null slice
 * asks for all.
 */
export function listArtifacts(
  { caller, proven }: HarborSession,
  project: ProjectName,
  repository: RepositoryName,
  slice: Slice | null = null,
): Promise<Listed<Artifact>> {
  const at = { project, repository };
  return proven(async (run) => {
    const listed = await list(caller, artifactRows(at), run, slice);
    if (listed.total === 0) await confirmRepository(caller, at, run);
    return listed;
  });
}

/** The list of a repository's artifacts. */
export function artifactRows(at: RepositoryAt): ListPlan<Artifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    key: (row) => row.digest,
    read: reader(path, z.array(wireArtifact), artifactRow, isOld),
  };
}

/** A repository, or project, that does not exist lists as empty (docs/harbor.md#what-does-not-exist). */
async function confirmRepository(caller: Caller, at: RepositoryAt, run: Run): Promise<void> {
  const path = harborPaths.repository(at);
  if (!caller.anonymous) {
    await caller.call({ method: 'GET', path, signal: run.signal });
    return;
  }
  // Without a login that is 401 even in a public project; the list of repositories is open.
  const listPath = harborPaths.repositories(at.project);
  const fullName = `${at.project}/${at.repository}`;
  const plan: ListPlan<z.infer<typeof wireName>> = {
    path: listPath,
    query: { q: `name=${fullName}` },
    key: (row) => row.name,
    read: reader(listPath, z.array(wireName), (row) => row),
  };
  const named = await listAll(caller, plan, run);
  if (named.some(({ name }) => name === fullName)) return;
  const what = 'Harbor has no such repository, or shows it to nobody without a login.';
  throw new HarborProblem({ method: 'GET', path }, 'harbor_not_found', what);
}

function artifactRow(artifact: WireArtifact): Artifact {
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

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
