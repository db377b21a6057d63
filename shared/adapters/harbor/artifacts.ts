/** The artifacts of a repository: the list, its parser and its rows. */

import * as z from 'zod/mini';
import type { Artifact, Platform } from '../../ports/registry-rows.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { humanSize } from '../../values/size.ts';
import type { Listed, Slice } from '../../values/slice.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem } from './http/failure.ts';
import type { HarborSession } from './http/session.ts';
import { harborPaths, NEWEST_ARTIFACTS } from './http/url.ts';
import { count, lacksRepositoryName, reader, text, timeOf } from './http/wire.ts';
import { Doubt, untilCertain } from './lists/certain.ts';
import { countRows } from './lists/counts.ts';
import type { ListPlan } from './lists/pages.ts';
import { listArtifactsWithTags, type Tagged } from './lists/tags.ts';
import { listAll } from './lists/whole-list.ts';

const wireName = z.object({ name: z.string() });
// Artifacts other than images may use these names for anything.
const anything = z.optional(z.unknown());
const wirePlatform = z.nullish(
  z.object({ os: anything, architecture: anything, variant: anything }),
);
export const wireArtifact = z.object({
  digest: z.string(),
  repository_name: text,
  type: text,
  media_type: text,
  size: count,
  push_time: text,
  pull_time: text,
  tags: z.nullish(arrayOf(wireName)),
  references: z.nullish(arrayOf(z.object({ child_digest: z.string(), platform: wirePlatform }))),
  extra_attrs: wirePlatform,
  annotations: z.nullish(z.looseObject({})),
});
type WireArtifact = z.infer<typeof wireArtifact>;

/**
 * A repository's artifacts, last pushed first. An unknown repository is `harbor_not_found`, not empty. A null
 * slice returns all.
 */
export function listArtifacts(
  { caller, admit }: HarborSession,
  at: RepositoryAt,
  slice: Slice | null = null,
): Promise<Listed<Artifact>> {
  return admit((signal) => provenArtifacts(caller, artifactRows(at), { at, signal, slice }));
}

/**
 * The complete list of `listArtifacts`, of which memory holds only what `pack` makes of a page's artifacts, in their
 * order. @throws Problem harbor_not_found
 */
export async function listPackedArtifacts<Row extends Tagged>(
  { caller, admit }: HarborSession,
  at: RepositoryAt,
  pack: (artifacts: readonly Artifact[]) => readonly Row[],
): Promise<readonly Row[]> {
  const plain = artifactRows(at);
  const plan: ListPlan<Row> = {
    ...plain,
    key: (row) => row.digest,
    read: (body) => {
      const { rows, mayBeShort } = plain.read(body);
      return { rows: pack(rows), mayBeShort };
    },
  };
  const { rows } = await admit((signal) =>
    provenArtifacts(caller, plan, { at, signal, slice: null }),
  );
  return rows;
}

/** The list to prove. */
export interface ArtifactList {
  readonly at: RepositoryAt;
  readonly signal: AbortSignal;
  /** The slice to list; null: all artifacts. */
  readonly slice: Slice | null;
}

/**
 * Lists the artifacts of a repository that exists.
 * @throws Problem harbor_not_found that is missing a repository, although Harbor's list is empty then
 */
export function provenArtifacts<Row extends Tagged>(
  caller: Caller,
  plan: ListPlan<Row>,
  { at, signal, slice }: ArtifactList,
): Promise<Listed<Row>> {
  return untilCertain(caller, signal, async () => {
    const listed = await listArtifactsWithTags(caller, plan, signal, slice && { at, slice });
    if (listed.total > 0) return listed;
    await confirmRepository(caller, at, signal);
    // The repository may have been created with its first artifact just now.
    const path = harborPaths.artifacts(at);
    const counted = await countRows(caller, path, { signal });
    if (counted === 0 || counted === null) return listed;
    const what = 'Try again. Harbor lists no artifacts, although it counts some.';
    return new Doubt(new HarborProblem({ method: 'GET', path }, 'harbor_error', what), 0);
  });
}

/** The list of a repository's artifacts. */
export function artifactRows(at: RepositoryAt): ListPlan<Artifact> {
  const path = harborPaths.artifacts(at);
  return {
    path,
    query: NEWEST_ARTIFACTS,
    sliceable: true,
    key: (row) => row.digest,
    read: reader(path, arrayOf(wireArtifact), artifactRow, lacksRepositoryName),
  };
}

/**
 * A repository that does not exist has an empty list (docs/harbor.md#what-does-not-exist). A caller who may list
 * a project's repositories sees it in that list. The right to read one of them is a different one.
 */
async function confirmRepository(
  caller: Caller,
  at: RepositoryAt,
  signal: AbortSignal,
): Promise<void> {
  const path = harborPaths.repositories(at.project);
  const fullName = `${at.project}/${at.repository}`;
  const plan: ListPlan<z.infer<typeof wireName>> = {
    path,
    query: { q: `name=${fullName}` },
    key: (row) => row.name,
    read: reader(path, arrayOf(wireName), (row) => row),
  };
  const named = await listAll(caller, plan, signal);
  if (named.some(({ name }) => name === fullName)) return;
  const what = `Check the name. Harbor has no repository ${fullName}.`;
  throw new HarborProblem(
    { method: 'GET', path: harborPaths.artifacts(at) },
    'harbor_not_found',
    what,
    { facts: { missing: 'repository' } },
  );
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

function platformsOf({ digest, references, extra_attrs }: WireArtifact): Platform[] {
  if (references === null || references === undefined || references.length === 0) {
    return platformOf(extra_attrs, digest) ?? [];
  }
  return references.flatMap(
    ({ platform, child_digest: child }) => platformOf(platform, child) ?? [withoutPlatform(child)],
  );
}

/**
 * Attestations are children of an index too; their platform is unknown/unknown, which is none to run on.
 * @returns null if there is no platform, as that of another index
 */
function platformOf(attributes: WireArtifact['extra_attrs'], digest: string): Platform[] | null {
  const { os, architecture, variant } = attributes ?? {};
  if (typeof os !== 'string' || typeof architecture !== 'string') return null;
  if (os === 'unknown' && architecture === 'unknown') return [];
  if (os === '' && architecture === '') return null;
  const known = typeof variant === 'string' && variant !== '';
  return [{ os, architecture, variant: known ? variant : null, digest }];
}

function withoutPlatform(digest: string): Platform {
  return { os: null, architecture: null, variant: null, digest };
}

function isTextEntry(entry: [string, unknown]): entry is [string, string] {
  return typeof entry[1] === 'string';
}
