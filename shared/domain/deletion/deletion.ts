/** Deletes an artifact or one of its tags: the plan, the guards, and the only place that deletes. */

import type { Tag } from '../../values/names.ts';
import { type Decide, decisionOn, type TaggedPlan, taggedPlan } from './decision.ts';
import { type BeforeSending, withOutcome } from './deletion-outcome.ts';
import type { DeletionContext, DeletionRequest } from './deletion-request.ts';
import {
  type Evidence,
  gatherEvidence,
  hasOthers,
  isOld,
  withCurrentArtifact,
  withCurrentHost,
  withOthers,
} from './evidence.ts';
import { journalIntent } from './journal-intent.ts';
import type { DeletionPlan } from './plan.ts';

/**
 * How often the artifact is read after the host, at most. If Harbor is so slow that even the last reading is
 * too old, that reading decides.
 */
const MAX_READS = 3;

/**
 * Thrown when it is the deletion's turn, but the evidence is too old or the host uses a digest that was not
 * looked up.
 */
class Outdated extends Error {}

/** Plans a deletion. Changes nothing. */
export async function planDeletion(
  context: DeletionContext,
  wanted: DeletionRequest,
): Promise<TaggedPlan> {
  const evidence = await gatherEvidence(context, wanted);
  context.services.metrics.deletions.ended('dry_run');
  return taggedPlan(context, wanted, evidence);
}

/**
 * Deletes unless something prevents it: gathers the evidence, decides, and when it is the deletion's turn, decides again
 * on current evidence, writes the intent, and sends it. Once sent, it continues if the client leaves.
 * @returns what was deleted
 * @throws Problem of the first blocker, or of Harbor
 */
export function deleteUnlessBlocked(
  context: DeletionContext,
  wanted: DeletionRequest,
): Promise<DeletionPlan> {
  const { registry } = context.services;
  const outcome = tagToRemove(wanted) === null ? 'deleted' : 'untagged';
  const deleted = withOutcome(context, outcome, async (before) => {
    const evidence = await gatherEvidence(context, wanted);
    const decide = await decisionOn(context, wanted, evidence);
    return context.registry.deleteInTurn(wanted.at, () =>
      sendDeletion(context, { wanted, decide, before, evidence }),
    );
  });
  // Lists that are shared would still have what is gone.
  return deleted.finally(() => registry.forget(wanted.at));
}

/** A deletion whose turn has come. */
interface Turn {
  readonly wanted: DeletionRequest;
  readonly decide: Decide;
  readonly before: BeforeSending;
  readonly evidence: Evidence;
}

/** Sends the deletion on evidence that is current when it is sent, which may take several readings. */
async function sendDeletion(context: DeletionContext, turn: Turn): Promise<DeletionPlan> {
  const { wanted, decide, before } = turn;
  const { services, request, registry } = context;
  let { evidence } = turn;
  for (let readsLeft = MAX_READS - 1; ; readsLeft--) {
    evidence = await withOthers(context, await withCurrentArtifact(context, evidence));
    let plan = decide(evidence);
    const beforeSend = async (): Promise<void> => {
      do {
        evidence = await withCurrentHostIfOld(context, wanted, evidence);
        const isOutdated = hasOthers(evidence) || isOld(services, evidence.artifactAtMs);
        if (readsLeft > 0 && isOutdated) throw new Outdated();
        plan = decide(evidence);
        request.signal.throwIfAborted();
        // On a slow disk the line takes so long that the evidence is old when it is written.
      } while (await before.journal(journalIntent(context, plan)));
      before.sending();
    };
    const { digest } = plan.artifact;
    const deletion = { at: wanted.at, digest, tag: tagToRemove(wanted), beforeSend };
    try {
      await request.log.upstream(registry.deleteArtifact(deletion));
      return plan;
    } catch (err) {
      if (!(err instanceof Outdated)) throw err;
    }
  }
}

/** Reads the host again if its state is old. Not with `force`, which overrides what the host says. */
async function withCurrentHostIfOld(
  context: DeletionContext,
  { options }: DeletionRequest,
  evidence: Evidence,
): Promise<Evidence> {
  const isCurrent = options.force || !isOld(context.services, evidence.host.atMs);
  return isCurrent ? evidence : withCurrentHost(context, evidence);
}

/** The tag that is removed while the artifact stays; null: the artifact is deleted. */
function tagToRemove({ options, reference }: DeletionRequest): Tag | null {
  return options.tag_only && reference.kind === 'tag' ? reference.tag : null;
}
