/** Counts how deletions end. */

import type { CounterLabels } from '../../ports/metrics/counters.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { BLOCKER_CODES, type BlockerCode } from '../../values/blocker-codes.ts';
import { Problem } from '../../values/problem.ts';

type Outcome = CounterLabels<'image_api_deletions_total'>['outcome'];

/** How the log names the outcomes that are not refusals. */
const COUNTED = {
  pending: 'unknown',
  deleted: 'deleted',
  untagged: 'tag_removed',
  gone: 'gone',
  unknown: 'unknown',
} as const satisfies Record<string, Outcome>;

/**
 * Counts a deletion that has ended.
 * @param err why it was not done
 */
export function countDeletion(
  { metrics }: DomainServices,
  request: RequestContext,
  outcome: keyof typeof COUNTED | 'refused',
  err?: unknown,
): void {
  const ended = (how: Outcome) => metrics.count('image_api_deletions_total', { outcome: how });
  if (outcome !== 'refused') {
    ended(COUNTED[outcome]);
    return;
  }
  const blockers = err instanceof Problem ? blockersOf(err) : [];
  for (const blocker of blockers) metrics.count('image_api_deletion_blockers_total', { blocker });
  if (blockers.length > 0) ended('refused');
  else ended(isCancelled(request, err) ? 'cancelled' : 'failed');
}

function isCancelled(request: RequestContext, err: unknown): boolean {
  return !(err instanceof Problem) && request.signal.aborted;
}

/** The problem of a guard lists all blockers; Harbor names one rule, by the code. */
function blockersOf({ code, extras }: Problem): readonly BlockerCode[] {
  const { blockers = [{ code }] } = extras as { blockers?: readonly { code: string }[] };
  return BLOCKER_CODES.filter((known) => blockers.some((blocker) => blocker.code === known));
}
