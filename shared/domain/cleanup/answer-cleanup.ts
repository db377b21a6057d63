/** The answers of a cleanup, as one JSON document or as events. */

import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { nodesMembersOf } from '../nodes/nodes-answer.ts';
import { type AppliedPlan, applyPlan } from './apply-cleanup.ts';
import type { CleanupAnswer, CleanupEvents } from './cleanup-answer.ts';
import type { MadePlan } from './cleanup-planning.ts';
import { NO_PROGRESS } from './cleanup-progress.ts';

/** The answer of a plan, or of what became of it. */
export function cleanupAnswer(
  request: Pick<RequestContext, 'id'>,
  {
    made,
    applied,
    verbose,
  }: { readonly made: MadePlan; readonly applied: AppliedPlan | null; readonly verbose: boolean },
): CleanupAnswer {
  const done = applied ?? { ...NO_PROGRESS, results: [], stopped: null };
  return {
    ...nodesMembersOf(made.reading),
    applied: applied !== null,
    rules_proven: made.rulesProven,
    policy: made.policy.name,
    candidates: made.candidates,
    size_bytes: sizeOf(made),
    kept_counts: keptCounts(made),
    kept: verbose ? made.kept : [],
    ...done,
    request_id: request.id,
  };
}

/** Takes the events of a cleanup. */
interface EventReceiver {
  readonly send: (event: string, data: unknown) => void;
  readonly hasLeft: () => boolean;
}

interface RequestedCleanup {
  readonly made: MadePlan;
  readonly reason: string | null;
  readonly apply: boolean;
  readonly client: EventReceiver;
}

/** Sends a plan and, if it is applied, the outcome of each deletion as events. */
export async function cleanupEvents(
  services: DomainServices,
  request: RequestContext,
  { made, reason, apply, client }: RequestedCleanup,
): Promise<void> {
  const send = <Name extends keyof CleanupEvents>(event: Name, data: CleanupEvents[Name]): void =>
    client.send(event, data);
  const request_id = request.id;
  send('planned', {
    applied: apply,
    policy: made.policy.name,
    etag: `"${made.tag}"`,
    candidates: made.candidates.length,
    size_bytes: sizeOf(made),
    kept_counts: keptCounts(made),
    request_id,
  });
  const { results: _, ...done } = apply
    ? await applyPlan(services, request, {
        made,
        reason,
        hasLeft: client.hasLeft,
        onResult: (result, progress) => send(result.outcome, { ...result, ...progress }),
      })
    : { ...NO_PROGRESS, results: [], stopped: null };
  send('done', { ...done, request_id });
}

function sizeOf({ candidates }: MadePlan): number {
  return candidates.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
}

function keptCounts({ kept }: MadePlan): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { reason } of kept) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
