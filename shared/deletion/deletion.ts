/** Deletes an artifact or one of its tags: the plan, the guards, and the only place that deletes. */

import { type ArtifactDetail, deleteArtifact } from '../harbor/artifact.ts';
import { textOf } from '../harbor/http/url.ts';
import type { FunctionContext } from '../http/function.ts';
import { harborSession } from '../http/harbor-endpoints.ts';
import { Problem } from '../problem.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { Blocker } from './deletion-answer.ts';
import {
  type DeletionContext,
  type DeletionRequest,
  type Evidence,
  gatherEvidence,
  isOld,
  othersToLookUp,
  usageIn,
  withCurrentArtifact,
  withCurrentHost,
  withOthers,
} from './evidence.ts';
import { deletionBlockers } from './guards.ts';
import { withOutcome } from './outcome.ts';

/** What would be deleted, and what prevents it. */
export interface DeletionPlan extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  /** The tags that are removed. */
  readonly tags: readonly string[];
  /** Digests of the children of an index that are deleted with it. */
  readonly children: readonly string[];
  /** Digests of the accessories that are deleted with it. */
  readonly accessories: readonly string[];
  readonly usage: ArtifactUsage;
  /** What prevents the deletion, the most important first. */
  readonly blockers: readonly Blocker[];
}

/** How often the artifact is read after the host. If Harbor is slow, there is no further attempt. */
const MAX_READS = 3;

/** The evidence is too old when the deletion can be sent. */
class Outdated extends Error {}

/** Plans a deletion. Changes nothing. */
export async function planDeletion(
  c: FunctionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const evidence = await gatherEvidence({ c, session: harborSession(c) }, request);
  return planOf(c, request, evidence);
}

/**
 * Deletes unless something prevents it. Reads the artifact again after the host, and the host again if the
 * deletion had to wait. Once the deletion is sent, it continues if the client disconnects.
 * @returns what was deleted
 * @throws Problem of the first blocker, or of Harbor
 */
export function carryOut(c: FunctionContext, request: DeletionRequest): Promise<DeletionPlan> {
  const { options, reference } = request;
  const tag = options.tag_only && reference.kind === 'tag' ? reference.tag : null;
  return withOutcome(c, tag === null ? 'deleted' : 'untagged', async (intend) => {
    const context: DeletionContext = { c, session: harborSession(c) };
    let evidence = await gatherEvidence(context, request);
    for (let readsLeft = MAX_READS - 1; ; readsLeft--) {
      evidence = await withCurrentArtifact(context, await withOthers(context, evidence));
      let plan = allowed(planOf(c, request, evidence));
      const beforeSend = async (): Promise<void> => {
        if (!options.force && isOld(c, evidence.host.atMs)) {
          evidence = await withCurrentHost(context, evidence);
          if (readsLeft > 0 && othersToLookUp(evidence).length > 0) throw new Outdated();
          plan = allowed(planOf(c, request, evidence));
        }
        if (readsLeft > 0 && isOld(c, evidence.artifactAtMs)) throw new Outdated();
        c.req.raw.signal.throwIfAborted();
        intend();
      };
      const deletion = { at: request.at, digest: plan.artifact.digest, tag, beforeSend };
      try {
        await c.get('log').upstream(deleteArtifact(context.session, deletion));
        return plan;
      } catch (err) {
        if (!(err instanceof Outdated)) throw err;
      }
    }
  });
}

/** The plan that follows from the evidence. */
function planOf(c: FunctionContext, request: DeletionRequest, evidence: Evidence): DeletionPlan {
  const { reference, options } = request;
  const { artifact, readOnly, relatives } = evidence;
  const { parentDigests } = relatives;
  const usage = usageIn(evidence);
  const tags = options.tag_only ? [textOf(reference)] : artifact.tags;
  const children = options.tag_only ? [] : relatives.childDigests;
  const accessories = options.tag_only ? [] : relatives.accessoryDigests;
  const { digest } = artifact;
  Object.assign(c.get('log').fields, { digest, tags, children, accessories, usage: usage.usage });
  const deletion = { artifact, reference, usage, options, parentDigests, readOnly };
  const blockers = deletionBlockers(deletion);
  return { ...request, artifact, tags, children, accessories, usage, blockers };
}

/** @throws Problem of the first blocker */
function allowed(plan: DeletionPlan): DeletionPlan {
  const { blockers, artifact } = plan;
  const [first] = blockers;
  if (first === undefined) return plan;
  throw new Problem(first.code, first.detail, {
    extras: { blockers, digest: artifact.digest },
  });
}
