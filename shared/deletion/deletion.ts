/** Deleting an artifact, or one tag of it: the plan, the guards, and the one place where it happens. */

import { type ArtifactDetail, deleteArtifact } from '../harbor/artifact.ts';
import { textOf } from '../harbor/http/url.ts';
import type { FunctionContext } from '../http/function.ts';
import { harborSession } from '../http/harbor-rows.ts';
import { Problem } from '../problem.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { Blocker } from './deletion-answer.ts';
import { deletionBlockers } from './guards.ts';
import {
  artifactAgain,
  type DeletionRequest,
  firstLook,
  hostAgain,
  isOld,
  type Look,
  type Onlooker,
  othersToLookUp,
  usageIn,
  withOthers,
} from './look.ts';
import { withOutcome } from './outcome.ts';

/** What would be deleted, and what prevents it. */
export interface DeletionPlan extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  /** The tags that go. */
  readonly tags: readonly string[];
  /** Digests of the children of an index that go with it. */
  readonly children: readonly string[];
  /** Digests of the accessories that go with it. */
  readonly accessories: readonly string[];
  readonly usage: ArtifactUsage;
  /** What prevents it, the weightiest first. */
  readonly blockers: readonly Blocker[];
}

/** How often the artifact is read after the host. A Harbor that is slow itself ends the attempts. */
const MAX_LOOKS = 3;

/** What was read is too old by the time the deletion could be sent. */
class Outdated extends Error {}

/** Says what a deletion would do. Changes nothing. */
export async function planDeletion(
  c: FunctionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const look = await firstLook({ c, session: harborSession(c) }, request);
  return planOf(c, request, look);
}

/**
 * Deletes unless something prevents it. The artifact is read again after the host, and the host again
 * when the deletion had to wait. Goes on when the client leaves once it is sent.
 * @returns what was deleted
 * @throws Problem of the first blocker, or of Harbor
 */
export function carryOut(c: FunctionContext, request: DeletionRequest): Promise<DeletionPlan> {
  const { options, reference } = request;
  const tag = options.tag_only && reference.kind === 'tag' ? reference.tag : null;
  return withOutcome(c, tag === null ? 'deleted' : 'untagged', async (intend) => {
    const onlooker: Onlooker = { c, session: harborSession(c) };
    let look = await firstLook(onlooker, request);
    for (let looksLeft = MAX_LOOKS - 1; ; looksLeft--) {
      look = await artifactAgain(onlooker, await withOthers(onlooker, look));
      let plan = allowed(planOf(c, request, look));
      const beforeSend = async (): Promise<void> => {
        if (!options.force && isOld(c, look.host.atMs)) {
          look = await hostAgain(onlooker, look);
          if (looksLeft > 0 && othersToLookUp(look).length > 0) throw new Outdated();
          plan = allowed(planOf(c, request, look));
        }
        if (looksLeft > 0 && isOld(c, look.artifactAtMs)) throw new Outdated();
        c.req.raw.signal.throwIfAborted();
        intend();
      };
      const deletion = { at: request.at, digest: plan.artifact.digest, tag, beforeSend };
      try {
        await c.get('log').upstream(deleteArtifact(onlooker.session, deletion));
        return plan;
      } catch (err) {
        if (!(err instanceof Outdated)) throw err;
      }
    }
  });
}

/** Judges what was found. */
function planOf(c: FunctionContext, request: DeletionRequest, look: Look): DeletionPlan {
  const { reference, options } = request;
  const { artifact, readOnly, relatives } = look;
  const { parentDigests } = relatives;
  const usage = usageIn(look);
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
