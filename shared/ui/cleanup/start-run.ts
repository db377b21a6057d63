/** Starts the cleanup of a plan, which continues when the client of the request leaves. */
import { applyPlan } from '../../domain/cleanup/apply-cleanup.ts';
import type { MadePlan } from '../../domain/cleanup/cleanup-planning.ts';
import type { CleanupRun } from '../../domain/cleanup/runs/cleanup-run.ts';
import { ownRequest } from '../../domain/cleanup/runs/own-request.ts';
import { defer } from '../../http/answer.ts';
import type { FunctionContext } from '../../http/function.ts';

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
    actor: c.get('caller')?.name ?? '',
    reason,
    planPath,
  };
  const started = c.get('services').cleanupRuns.start(subject, async (control) => {
    const own = await ownRequest(c, control.signal);
    return applyPlan(own, { made, reason, onResult: control.onResult, hasLeft: control.isStopped });
  });
  // Where it runs within the request, it would otherwise end when the client leaves.
  defer(c, started);
  return started;
}
