/** One artifact with the details that a deletion needs, and its deletion. */

import * as z from 'zod/mini';
import type {
  ArtifactDeletion,
  ArtifactDetail,
  DeletionTarget,
  RemainingTarget,
} from '../../ports/registry-artifact.ts';
import { isMissing } from '../../ports/registry-problem.ts';
import type { Digest, Reference, RepositoryAt } from '../../values/names.ts';
import { arrayOf } from '../../values/parse-json.ts';
import { Problem } from '../../values/problem.ts';
import { accessoriesBelow } from './deletion/accessories.ts';
import { deleteSettled, SETTLING } from './deletion/settled-delete.ts';
import type { Caller, CallRequest } from './http/call.ts';
import type { HarborSession } from './http/session.ts';
import { type HarborPath, harborPaths } from './http/url.ts';
import { count, readBody, text, timeOf } from './http/wire.ts';
import { confirmedTags } from './lists/confirmed-tags.ts';
import { wireTag } from './lists/tag-rows.ts';

const wireArtifact = z.object({
  digest: z.string(),
  size: count,
  push_time: text,
  tags: z.nullish(arrayOf(wireTag)),
  references: z.nullish(arrayOf(z.object({ child_digest: z.string() }))),
  accessories: z.nullish(arrayOf(z.object({ digest: z.string() }))),
});

/** Reads an artifact. A repeated call returns its current state. */
export async function getArtifact(
  { urgent: caller, signal }: HarborSession,
  at: RepositoryAt,
  reference: Reference,
): Promise<ArtifactDetail> {
  const call = { method: 'GET', path: harborPaths.artifact(at, reference) } as const;
  const query = { with_immutable_status: 'true', with_accessory: 'true' };
  const client = signal();
  const { body } = await caller.call({ ...call, query, signal: client });
  const { size, accessories, ...artifact } = readBody(wireArtifact, call, body);
  const answered = { ...artifact, call, at, reference };
  const { digest, tags } = await confirmedTags(caller, answered, client);
  const own = accessories?.map((accessory) => accessory.digest) ?? [];
  const below = await accessoriesBelow(caller, { at, subjects: own }, client);
  return {
    digest,
    tags: tags.map(({ name }) => name),
    size_bytes: size ?? 0,
    pushTime: timeOf(artifact.push_time),
    childDigests: childDigestsOf(artifact),
    accessoryDigests: [...new Set([...own, ...below])],
    immutableTags: tags.filter(({ immutable }) => immutable === true).map(({ name }) => name),
  };
}

/** The children of an index, or none for another artifact; null if Harbor does not have the artifact, or does not answer. */
export async function childrenOf(
  { urgent: caller, signal }: HarborSession,
  at: RepositoryAt,
  digest: Digest,
): Promise<readonly string[] | null> {
  const path = harborPaths.artifact(at, { kind: 'digest', digest });
  const call = { method: 'GET', path } as const;
  try {
    const { body } = await caller.call({ ...call, signal: signal() });
    return childDigestsOf(readBody(wireArtifact, call, body));
  } catch (err) {
    if (err instanceof Problem) return null; // unknown: the caller decides what that means
    throw err;
  }
}

/**
 * Deletes an artifact or one of its tags. Once sent, it continues if the client disconnects. Returns when
 * it is done.
 * @throws Problem harbor_timeout with `outcome: "unknown"` when that cannot be determined
 */
export async function deleteArtifact(
  { urgent: caller, signal }: HarborSession,
  { at, digest, tag, beforeSend }: ArtifactDeletion,
): Promise<void> {
  const whole = harborPaths.artifact(at, { kind: 'digest', digest });
  const named = tag === null ? whole : harborPaths.artifact(at, { kind: 'tag', tag });
  await deleteSettled(caller, {
    path: tag === null ? whole : harborPaths.tag(at, digest, tag),
    client: signal(),
    beforeSend,
    isThere: async () => (await artifactAt(caller, named, SETTLING))?.digest === digest,
  });
}

/**
 * The target of an earlier deletion: the artifact, or the tag at its digest.
 * @returns null if it no longer exists
 * @throws Problem if Harbor does not say
 */
export async function remainingTarget(
  { caller }: HarborSession,
  { at, digest, tag }: DeletionTarget,
): Promise<RemainingTarget | null> {
  const reference =
    tag === null ? ({ kind: 'digest', digest } as const) : ({ kind: 'tag', tag } as const);
  const artifact = await artifactAt(caller, harborPaths.artifact(at, reference), {});
  if (artifact?.digest !== digest) return null;
  const pushed = tag === null ? artifact : artifact.tags?.find(({ name }) => name === tag);
  return { pushTime: timeOf(pushed?.push_time) };
}

function childDigestsOf({
  references,
}: Pick<z.output<typeof wireArtifact>, 'references'>): readonly string[] {
  return references?.map(({ child_digest }) => child_digest) ?? [];
}

/** The artifact at a path; null if there is none. */
async function artifactAt(
  caller: Caller,
  path: HarborPath,
  options: Partial<CallRequest>,
): Promise<z.output<typeof wireArtifact> | null> {
  const call = { method: 'GET', path } as const;
  try {
    const { body } = await caller.call({ ...call, ...options });
    return readBody(wireArtifact, call, body);
  } catch (err) {
    if (isMissing(err, 'artifact', 'repository', 'project')) return null;
    throw err;
  }
}
