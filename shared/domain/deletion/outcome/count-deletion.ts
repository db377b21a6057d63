/** Counts how deletions end. */
import type { FunctionContext } from '../../../http/function.ts';
import type { DeletionOutcome } from '../../../ports/metrics/deletion-metrics.ts';
import { Problem } from '../../../values/problem.ts';
import { BLOCKER_CODES, type BlockerCode } from '../blocker-codes.ts';

/** How the log names the outcomes that are not refusals. */
const COUNTED = {
  pending: 'unknown',
  deleted: 'deleted',
  untagged: 'tag_removed',
  gone: 'gone',
  unknown: 'unknown',
} as const satisfies Record<string, DeletionOutcome>;

/**
 * Counts a deletion that has ended.
 * @param err why it was not done
 */
export function countDeletion(
  c: FunctionContext,
  outcome: keyof typeof COUNTED | 'refused',
  err?: unknown,
): void {
  const { deletions } = c.get('services').metrics;
  if (outcome !== 'refused') {
    deletions.ended(COUNTED[outcome]);
    return;
  }
  const blockers = err instanceof Problem ? blockersOf(err) : [];
  deletions.blocked(blockers);
  if (blockers.length > 0) deletions.ended('refused');
  else deletions.ended(isCancelled(c, err) ? 'cancelled' : 'failed');
}

function isCancelled(c: FunctionContext, err: unknown): boolean {
  return !(err instanceof Problem) && c.req.raw.signal.aborted;
}

/** The problem of a guard lists all blockers; Harbor names one rule, by the code. */
function blockersOf({ code, extras }: Problem): readonly BlockerCode[] {
  const { blockers = [{ code }] } = extras as { blockers?: readonly { code: string }[] };
  return BLOCKER_CODES.filter((known) => blockers.some((blocker) => blocker.code === known));
}
