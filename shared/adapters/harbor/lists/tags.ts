/** Lists artifacts, and asks again about each without tags: null may be a failure of Harbor's database (docs/harbor.md#zeros-and-nulls-that-are-not-true). */

import { isMissing } from '../../../ports/registry-problem.ts';
import { isDigest, type RepositoryAt } from '../../../values/names.ts';
import type { Listed, Slice } from '../../../values/slice.ts';
import { sideBySide } from '../../../values/waiting/side-by-side.ts';
import type { Caller } from '../http/call.ts';
import { HarborProblem } from '../http/failure.ts';
import { Doubt, untilCertain } from './certain.ts';
import type { ListPlan } from './pages.ts';
import { tagRows } from './tag-rows.ts';
import { list, listAll } from './whole-list.ts';

/** The tags of an artifact, as a list of artifacts has them. */
export interface Tagged {
  readonly digest: string;
  readonly tags?: readonly unknown[] | null | undefined;
}

/** A slice of one repository's artifacts. */
export interface ArtifactSlice {
  readonly at: RepositoryAt;
  readonly slice: Slice;
}

/**
 * For a slice, this many untagged artifacts are listed, or as many as the slice has rows if that is more.
 * Artifacts that are not among them are confirmed one by one.
 */
const UNTAGGED = 100;

/**
 * Lists artifacts. `tags: null` may also be a failure of Harbor's database, so the artifacts without tags
 * in the list must be among those that Harbor lists as untagged
 * (docs/harbor.md#zeros-and-nulls-that-are-not-true).
 */
export function listArtifactsWithTags<Row extends Tagged>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
  part: ArtifactSlice | null = null,
): Promise<Listed<Row>> {
  return untilCertain(caller, signal, async () => {
    const listed = await list(caller, plan, signal, part?.slice ?? null);
    const withoutTags = listed.rows.filter(({ tags }) => (tags ?? []).length === 0);
    if (withoutTags.length === 0) return listed;
    const q = [plan.query['q'] ?? [], 'tags=nil'].flat().join(',');
    const untaggedRows = { ...plan, query: { ...plan.query, q, with_tag: 'false' } };
    const first = part && { page: 1, pageSize: Math.max(UNTAGGED, part.slice.pageSize) };
    const { rows } = await list(caller, untaggedRows, signal, first);
    const untagged = new Set(rows.map(plan.key));
    const others = withoutTags.filter((row) => !untagged.has(plan.key(row)));
    if (others.length === 0) return listed;
    // A slice must not need all untagged artifacts of a repository, which may be more than the limit.
    if (part !== null && (await areUntagged(caller, part.at, others, signal))) return listed;
    const what =
      'Check the log of harbor-core: its database may have no free connections. ' +
      'Harbor lists artifacts without tags that are not in its list of untagged artifacts.';
    return new Doubt(new HarborProblem({ method: 'GET', path: plan.path }, 'harbor_error', what));
  });
}

/** Tells whether each artifact has an empty list of tags. */
async function areUntagged(
  caller: Caller,
  at: RepositoryAt,
  artifacts: readonly Tagged[],
  signal: AbortSignal,
): Promise<boolean> {
  const answers = await sideBySide(signal, artifacts, async ({ digest }, either) => {
    if (!isDigest(digest)) return false;
    try {
      return (await listAll(caller, tagRows(at, digest), either)).length === 0;
    } catch (err) {
      if (isMissing(err, 'artifact', 'repository')) return false; // deleted meanwhile
      throw err;
    }
  });
  return answers.every(Boolean);
}
