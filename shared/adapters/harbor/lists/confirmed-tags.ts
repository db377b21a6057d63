/** Reads the tags of one artifact again if Harbor answered none, or not the one that was asked for. */

import { type Digest, isDigest, type Reference, type RepositoryAt } from '../../../values/names.ts';
import type { Caller } from '../http/call.ts';
import { HarborProblem } from '../http/failure.ts';
import type { HarborPath } from '../http/url.ts';
import { tagRows, type WireTag } from './tag-rows.ts';
import { listAll } from './whole-list.ts';

/** An artifact as Harbor has answered it. */
export interface AnsweredArtifact {
  readonly call: { readonly method: 'GET'; readonly path: HarborPath };
  readonly at: RepositoryAt;
  /** The reference that was asked for. */
  readonly reference: Reference;
  readonly digest: string;
  readonly tags?: readonly WireTag[] | null | undefined;
}

/**
 * The digest and the tags of an artifact. An answer without tags may be a fault of the database, and a deletion may
 * depend on it. So may tags without the named one, which was moved between Harbor's own two queries.
 * @throws Problem harbor_bad_response
 */
export async function confirmedTags(
  caller: Caller,
  { call, at, reference, digest, ...artifact }: AnsweredArtifact,
  signal: AbortSignal,
): Promise<{ readonly digest: Digest; readonly tags: readonly WireTag[] }> {
  if (!isDigest(digest)) {
    throw new HarborProblem(
      call,
      'harbor_bad_response',
      'Check the log of harbor-core. It answered no digest.',
    );
  }
  const named = reference.kind === 'tag' ? reference.tag : null;
  const holds = (tags: readonly WireTag[]) =>
    named === null ? tags.length > 0 : tags.some(({ name }) => name === named);
  const first = artifact.tags ?? [];
  const tags = holds(first) ? first : await listAll(caller, tagRows(at, digest), signal);
  if (named !== null && !holds(tags)) {
    const what = `Try again. Harbor found ${digest} by the tag, but then did not list that tag.`;
    throw new HarborProblem(call, 'harbor_bad_response', what);
  }
  return { digest, tags };
}
