/** The meaning of a cleanup's deletion that did not take place: for its artifact, and for those after it. */

import { GUARD_MAX_AGE_MS, type NodesReading } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { BLOCKER_CODES } from '../../values/blocker-codes.ts';
import { Problem, type ProblemCode } from '../../values/problem.ts';
import { missingDetail } from '../deletion/planned-artifact.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import type { Cleaned } from './cleanup-answer.ts';
import { requireAllNodes } from './cleanup-planning.ts';
import type { ProgressCount, Stopped } from './cleanup-progress.ts';

/** Something protects the artifact now. Every other code is a failure. */
const KEEPING: readonly ProblemCode[] = [
  ...BLOCKER_CODES,
  // Somebody else has deleted it.
  'harbor_not_found',
];

/** These are about the service, and not about one artifact: the next deletion would meet the same. */
const GENERAL: readonly string[] = [
  'harbor_read_only',
  'harbor_unauthorized',
  'harbor_not_configured',
  'harbor_tls',
  'journal_unavailable',
  'unsupported_here',
] satisfies ProblemCode[];

/** A Harbor that does not answer takes its timeout for each deletion. */
const MAX_FAILURES_IN_A_ROW = 4;

/** Tells whether the artifact is kept, and did not merely fail to be deleted. */
export function isKeptBy({ code, extras }: Problem): boolean {
  return KEEPING.includes(code) && extras['outcome'] !== 'unknown';
}

interface SoFar {
  readonly progress: ProgressCount;
  /** How the nodes were read for the plan. */
  readonly planned: NodesReading;
}

/** Why nothing more should be tried after a result; null: the next may succeed. */
export async function reasonToStop(
  services: DomainServices,
  request: RequestContext,
  { outcome, code, detail }: Cleaned,
  { progress, planned }: SoFar,
): Promise<Stopped | null> {
  if (code === null || detail === null) return null;
  if (GENERAL.includes(code)) return { code, detail };
  if (outcome === 'failed' && progress.failuresInARow() >= MAX_FAILURES_IN_A_ROW) {
    return { code, detail: `${MAX_FAILURES_IN_A_ROW} deletions in a row have failed. ${detail}` };
  }
  // It may be about this artifact alone, or about a node that cannot be read.
  return code === 'usage_unknown' ? whyNodesAreUnread(services, request, planned) : null;
}

async function whyNodesAreUnread(
  services: DomainServices,
  request: RequestContext,
  planned: NodesReading,
): Promise<Stopped | null> {
  try {
    // The readings are shared: these are as new as those of the deletion.
    const reading = await readNodes(services, request, {
      allowStale: false,
      maxAgeMs: GUARD_MAX_AGE_MS,
    });
    requireAllNodes(reading);
    const detail = missingDetail(planned, reading);
    return detail === null ? null : { code: 'usage_unknown', detail };
  } catch (err) {
    if (err instanceof Problem) return { code: err.code, detail: err.message };
    // The client has left, which ends the cleanup anyway.
    return null;
  }
}
