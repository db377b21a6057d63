/** Starts the cleanup of a plan, which continues when the client of the request leaves. */
import { applyPlan } from '../../domain/cleanup/apply-cleanup.ts';
import type { MadePlan } from '../../domain/cleanup/cleanup-planning.ts';
import type { CleanupRun } from '../../domain/cleanup/runs/cleanup-run.ts';
import { defer } from '../../http/defer.ts';
import type { FunctionContext } from '../../http/function.ts';
import { requestOf } from '../../http/request-context.ts';
import { outliving } from '../../ports/request.ts';

export interface StartOptions {
  readonly made: MadePlan;
  readonly form: string;
  readonly reason: string | null;
  readonly planPath: string;
}

/** @throws Problem overloaded */
export async function startRun(
  c: FunctionContext,
  { made, form, reason, planPath }: StartOptions,
): Promise<CleanupRun> {
  const { candidates, policy, tag } = made;
  const subject = {
    form,
    tag,
    policy: policy.name,
    count: candidates.length,
    sizeBytes: candidates.reduce((sum, { size_bytes }) => sum + size_bytes, 0),
    actor: c.get('actor')?.name ?? '',
    reason,
    planPath,
  };
  const services = c.get('services');
  const request = requestOf(c);
  const started = services.cleanupRuns.start(subject, (control) => {
    return applyPlan(services, outliving(request, control.signal), {
      made,
      reason,
      onResult: control.onResult,
      hasLeft: control.isStopped,
    });
  });
  // Where it runs within the request, it would otherwise end when the client leaves.
  defer(c, started);
  return started;
}
