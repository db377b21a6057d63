/** Lists of artifacts, with a confirmation of missing tags. */
import type { Caller } from '../http/call.ts';
import { HarborProblem } from '../http/failure.ts';
import { Doubt, untilCertain } from './certain.ts';
import { type Listed, list, listAll, type Slice } from './list.ts';
import type { ListPlan } from './pages.ts';

interface Tagged {
  readonly tags?: readonly unknown[] | null | undefined;
}

/**
 * Lists artifacts. `tags: null` may also be a failure of Harbor's database, so the artifacts without tags
 * in the list must be among those that Harbor lists as untagged
 * (docs/harbor.md#zeros-and-nulls-that-are-not-true).
 */
export function listArtifactsWithTags<Row extends Tagged>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
  slice: Slice | null = null,
): Promise<Listed<Row>> {
  return untilCertain(caller, signal, async () => {
    const listed = await list(caller, plan, signal, slice);
    const claimed = listed.rows.filter(({ tags }) => (tags ?? []).length === 0).map(plan.key);
    if (claimed.length === 0) return listed;
    const q = [plan.query['q'] ?? [], 'tags=nil'].flat().join(',');
    const query = { ...plan.query, q, with_tag: 'false' };
    const untagged = new Set(
      (await listAll(caller, { ...plan, query }, signal)).map((row) => plan.key(row)),
    );
    if (claimed.every((key) => untagged.has(key))) return listed;
    const what =
      'Harbor lists artifacts without tags that are not in its list of untagged artifacts. ' +
      'Its database may have no free connections. Check the log of harbor-core.';
    return new Doubt(new HarborProblem({ method: 'GET', path: plan.path }, 'harbor_error', what));
  });
}
