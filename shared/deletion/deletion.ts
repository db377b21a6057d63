/** Deletes an artifact or one of its tags: the plan, the guards, and the only place that deletes. */

import { type ArtifactDetail, deleteArtifact } from '../harbor/artifact.ts';
import { referenceText } from '../harbor/http/url.ts';
import type { Tag } from '../harbor/names.ts';
import type { NodesReading } from '../nodes/nodes.ts';
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
import { deletionBlockers, overriddenGuards } from './guards.ts';
import { journalIntent } from './journal-intent.ts';
import { type BeforeSending, withOutcome } from './outcome.ts';
import { plannedBlockers } from './planned-artifact.ts';

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
  /** How the nodes were read; null if they were not. */
  readonly nodes: NodesReading | null;
  /** What prevents the deletion, the most important first. */
  readonly blockers: readonly Blocker[];
  /** Codes of the guards that `force` overrides. */
  readonly overridden: readonly string[];
}

/**
 * How often the artifact is read after the host, at most. If Harbor is so slow that even the last reading is
 * too old, that reading decides.
 */
const MAX_READS = 3;

/**
 * Thrown when it is the deletion's turn, but the evidence is too old or the host uses a digest that was not
 * looked up.
 */
class Outdated extends Error {
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    super('The evidence is too old.');
    this.evidence = evidence;
  }
}

/** Plans a deletion. Changes nothing. */
export async function planDeletion(
  context: DeletionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const evidence = await gatherEvidence(context, request);
  const plan = planOf(request, evidence);
  logPlan(context, plan);
  return plan;
}

/**
 * Deletes unless something prevents it. Reads the artifact again after the host, and the host again if the
 * deletion had to wait. Once the deletion is sent, it continues if the client disconnects.
 * @returns what was deleted
 * @throws Problem of the first blocker, or of Harbor
 */
export function deleteUnlessBlocked(
  context: DeletionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const tag = tagToRemove(request);
  return withOutcome(context, tag === null ? 'deleted' : 'untagged', async (before) => {
    let evidence = await gatherEvidence(context, request);
    return context.session.deleteInTurn(request.at, async () => {
      for (let readsLeft = MAX_READS - 1; ; readsLeft--) {
        const result = await attempt(context, { request, evidence, readsLeft, before });
        if ('done' in result) return result.done;
        evidence = result.again;
      }
    });
  });
}

/** One attempt of a deletion. */
interface Attempt {
  readonly request: DeletionRequest;
  readonly evidence: Evidence;
  /** How often the artifact may be read again after this attempt. */
  readonly readsLeft: number;
  readonly before: BeforeSending;
}

/**
 * Deletes what the evidence allows. `done`: what was deleted. `again`: nothing was sent; this is the evidence
 * for the next attempt.
 */
async function attempt(
  context: DeletionContext,
  { request, readsLeft, before, ...given }: Attempt,
): Promise<{ readonly done: DeletionPlan } | { readonly again: Evidence }> {
  const { c, session } = context;
  const evidence = await withOthers(context, await withCurrentArtifact(context, given.evidence));
  let plan = allowedPlan(context, request, evidence);
  const beforeSend = async (): Promise<void> => {
    let current = evidence;
    do {
      current = await withCurrentHostIfOld(context, request, current);
      const isOutdated = othersToLookUp(current).length > 0 || isOld(c, current.artifactAtMs);
      if (readsLeft > 0 && isOutdated) throw new Outdated(current);
      plan = allowedPlan(context, request, current);
      c.req.raw.signal.throwIfAborted();
      // On a slow disk the line takes so long that the evidence is old when it is written.
    } while (await before.journal(journalIntent(context, plan)));
    before.sending();
  };
  const { at } = request;
  const deletion = { at, digest: plan.artifact.digest, tag: tagToRemove(request), beforeSend };
  try {
    await c.get('log').upstream(deleteArtifact(session, deletion));
    return { done: plan };
  } catch (err) {
    if (err instanceof Outdated) return { again: err.evidence };
    throw err;
  }
}

/** Reads the host again if its state is old. Not with `force`, which overrides what the host says. */
async function withCurrentHostIfOld(
  context: DeletionContext,
  { options }: DeletionRequest,
  evidence: Evidence,
): Promise<Evidence> {
  const isCurrent = options.force || !isOld(context.c, evidence.host.atMs);
  return isCurrent ? evidence : withCurrentHost(context, evidence);
}

/** The tag that is removed while the artifact stays; null: the artifact is deleted. */
function tagToRemove({ options, reference }: DeletionRequest): Tag | null {
  return options.tag_only && reference.kind === 'tag' ? reference.tag : null;
}

/** The plan that follows from the evidence. */
function planOf(request: DeletionRequest, evidence: Evidence): DeletionPlan {
  const { reference, options } = request;
  const { artifact, readOnly, relatives } = evidence;
  const { parentDigests } = relatives;
  const usage = usageIn(evidence);
  const tags = options.tag_only ? [referenceText(reference)] : artifact.tags;
  const children = options.tag_only ? [] : relatives.childDigests;
  const accessories = options.tag_only ? [] : relatives.accessoryDigests;
  const deletion = { artifact, reference, usage, options, parentDigests, readOnly };
  const blockers = deletionBlockers(deletion);
  const overridden = overriddenGuards(deletion);
  const { nodes } = evidence.host;
  return { ...request, artifact, tags, children, accessories, usage, nodes, blockers, overridden };
}

/**
 * The plan, if nothing prevents it.
 * @throws Problem of the first blocker
 */
function allowedPlan(
  context: DeletionContext,
  request: DeletionRequest,
  evidence: Evidence,
): DeletionPlan {
  const plan = planOf(request, evidence);
  logPlan(context, plan);
  const { artifact } = plan;
  const { planned } = context;
  const blockers = [...plan.blockers, ...(planned ? plannedBlockers(planned, plan) : [])];
  const [first] = blockers;
  if (first === undefined) return plan;
  throw new Problem(first.code, first.detail, {
    extras: { blockers, digest: artifact.digest },
  });
}

function logPlan({ fields }: DeletionContext, plan: DeletionPlan): void {
  const { artifact, tags, children, accessories, usage } = plan;
  const { digest } = artifact;
  Object.assign(fields, { digest, tags, children, accessories, usage: usage.usage });
}
