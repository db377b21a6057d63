/** Counts how deletions end. */

import type { DeletionOutcome } from '../../ports/metrics/deletion-metrics.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { BLOCKER_CODES, type BlockerCode } from '../../values/blocker-codes.ts';
import { Problem } from '../../values/problem.ts';

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
  { metrics: { deletions } }: DomainServices,
  request: RequestContext,
  outcome: keyof typeof COUNTED | 'refused',
  err?: unknown,
): void {
  if (outcome !== 'refused') {
    deletions.ended(COUNTED[outcome]);
    return;
  }
  const blockers = err instanceof Problem ? blockersOf(err) : [];
  deletions.blocked(blockers);
  if (blockers.length > 0) deletions.ended('refused');
  else deletions.ended(isCancelled(request, err) ? 'cancelled' : 'failed');
}

function isCancelled(request: RequestContext, err: unknown): boolean {
  return !(err instanceof Problem) && request.signal.aborted;
}

/** The problem of a guard lists all blockers; Harbor names one rule, by the code. */
function blockersOf({ code, extras }: Problem): readonly BlockerCode[] {
  const { blockers = [{ code }] } = extras as { blockers?: readonly { code: string }[] };
  return BLOCKER_CODES.filter((known) => blockers.some((blocker) => blocker.code === known));
}
