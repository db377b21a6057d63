/** Applies the plan of a cleanup: deletes its candidates one by one, through the guards of every deletion. */

import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { isDigest, isProjectName, isRepositoryName } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { deleteUnlessBlocked } from '../deletion/deletion.ts';
import { PLAN_ONLY } from '../deletion/deletion-options.ts';
import type { Candidate, Cleaned } from './cleanup-answer.ts';
import type { MadePlan } from './cleanup-planning.ts';
import { type CleanupProgress, createProgress, type Stopped } from './cleanup-progress.ts';
import { isKeptBy, reasonToStop } from './reason-to-stop.ts';

/** How many artifacts are deleted at the same time. */
const AT_A_TIME = 2;

export interface ApplyOptions {
  readonly made: MadePlan;
  /** For the journal. */
  readonly reason: string | null;
  /** Called for each candidate, with the figures so far. */
  readonly onResult?: (result: Cleaned, progress: CleanupProgress) => void;
  /** When the client has left, what is under way is finished and nothing new begins. */
  readonly hasLeft: () => boolean;
}

/** The reason to begin no more deletions: the stop cuts off those that are under way when its time is over. */
const STOPPING: Stopped = {
  code: 'overloaded',
  detail: 'The service is stopping. To delete the rest, plan and apply again.',
};

/** The outcome of a plan. */
export interface AppliedPlan extends CleanupProgress {
  /** In the order in which they ended. */
  readonly results: readonly Cleaned[];
  readonly stopped: Stopped | null;
}

const DELETED_BYTES = 'image_api_cleanup_deleted_bytes_total';

/** Deletes the candidates in the plan's order. Never rejects. */
export async function applyPlan(
  services: DomainServices,
  request: RequestContext,
  { made, reason, onResult, hasLeft }: ApplyOptions,
): Promise<AppliedPlan> {
  const { isStopping, metrics } = services;
  const left = [...made.candidates];
  const progress = createProgress();
  const end: { stopped: Stopped | null } = { stopped: null };
  const record = (result: Cleaned): void => {
    progress.add(result);
    const { outcome, size_bytes } = result;
    metrics.count('image_api_cleanup_artifacts_total', { outcome });
    if (outcome === 'deleted') metrics.count(DELETED_BYTES, {}, size_bytes);
    onResult?.(result, progress.figures());
  };
  const work = async (): Promise<void> => {
    while (end.stopped === null && !hasLeft()) {
      if (left.length > 0 && isStopping()) {
        end.stopped = STOPPING;
        return;
      }
      const candidate = left.shift();
      if (candidate === undefined) return;
      const result = await deleteCandidate(services, request, candidate, { made, reason });
      if (result === null) return;
      record(result);
      const why = await reasonToStop(services, request, result, {
        progress,
        planned: made.reading,
      });
      // The other worker may have found a reason during the wait.
      end.stopped ??= why;
    }
  };
  metrics.count('image_api_cleanup_candidates_total', {}, left.length);
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  const { stopped } = end;
  if (stopped !== null) for (const candidate of left) record(notTried(candidate, stopped));
  const figures = progress.figures();
  const not_begun = stopped === null ? left.length : 0;
  const outcome = stopped ? 'stopped' : not_begun > 0 ? 'abandoned' : 'completed';
  metrics.count('image_api_cleanup_runs_total', { outcome });
  logEnd(services, request, made, { ...figures, not_begun, stopped: stopped?.code });
  return { ...figures, results: progress.results, stopped };
}

interface Deletion {
  readonly made: MadePlan;
  readonly reason: string | null;
}

/** @returns null if the client left before the deletion was sent */
async function deleteCandidate(
  services: DomainServices,
  request: RequestContext,
  candidate: Candidate,
  { made, reason }: Deletion,
): Promise<Cleaned | null> {
  const { rules: _, ...row } = candidate;
  const { project, repository, digest, tags } = row;
  const fields: Record<string, unknown> = { project, repository, reference: digest, reason };
  try {
    if (!isProjectName(project) || !isRepositoryName(repository) || !isDigest(digest)) {
      throw new Error('a candidate has a name that Harbor does not allow');
    }
    await deleteUnlessBlocked(
      {
        services,
        request,
        registry: services.registry.session(request),
        fields,
        planned: { tags, reading: made.reading },
      },
      {
        at: { project, repository },
        reference: { kind: 'digest', digest },
        options: { ...PLAN_ONLY, dry_run: false, reason, ifMatch: [digest] },
      },
    );
    logCleaned(services, request, made, fields);
    return { ...row, outcome: 'deleted', code: null, detail: null };
  } catch (err) {
    if (!(err instanceof Problem) && request.signal.aborted) return null;
    const problem =
      err instanceof Problem
        ? err
        : new Problem('internal', 'The deletion failed. Search the log for this request_id.');
    const { code, message: detail } = problem;
    logCleaned(services, request, made, {
      ...fields,
      code,
      detail,
      ...(problem !== err && { err }),
    });
    return { ...row, outcome: isKeptBy(problem) ? 'kept' : 'failed', code, detail };
  }
}

function notTried({ rules: _, ...row }: Candidate, { code, detail }: Stopped): Cleaned {
  return { ...row, outcome: 'kept', code, detail: `It was not tried: ${detail}` };
}

/** Each deletion has a line of its own, as a DELETE has that of its request. */
function logCleaned(
  services: DomainServices,
  request: RequestContext,
  made: MadePlan,
  fields: Readonly<Record<string, unknown>>,
): void {
  log(
    services,
    request,
    fields['code'] === 'internal' ? 'ERROR' : 'WARNING',
    'a deletion of the cleanup',
    {
      policy: made.policy.name,
      ...fields,
    },
  );
}

function logEnd(
  services: DomainServices,
  request: RequestContext,
  made: MadePlan,
  fields: Readonly<Record<string, unknown>>,
) {
  log(services, request, 'WARNING', 'the cleanup has ended', {
    policy: made.policy.name,
    ...fields,
  });
}

function log(
  services: DomainServices,
  request: RequestContext,
  level: 'WARNING' | 'ERROR',
  msg: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  const token = request.actor ?? undefined;
  const request_id = request.id;
  services.logger.always(level, msg, { request_id, token, ...fields });
}
