/** Deleting an artifact, or one tag of it: the plan, the guards, and the one place where it happens. */

import { type ArtifactDetail, deleteArtifact, deleteTag, getArtifact } from '../harbor/artifact.ts';
import { type RepositoryAt, textOf } from '../harbor/http/url.ts';
import type { Reference } from '../harbor/names.ts';
import type { FunctionContext } from '../http/function.ts';
import { harborSession } from '../http/harbor-rows.ts';
import { Problem } from '../problem.ts';
import { type ArtifactUsage, artifactUsage } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';
import { type Blocker, deletionBlockers } from './guards.ts';

/** What is asked for. */
export interface DeletionRequest {
  readonly at: RepositoryAt;
  readonly reference: Reference;
  readonly options: DeletionOptions;
}

/** What would be deleted, and what prevents it. */
export interface DeletionPlan extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  /** The tags that go. */
  readonly tags: readonly string[];
  readonly usage: ArtifactUsage;
  readonly blockers: { readonly ours: readonly Blocker[]; readonly all: readonly Blocker[] };
}

/** Looks the artifact and its users up. Changes nothing. */
export async function planDeletion(
  c: FunctionContext,
  request: DeletionRequest,
): Promise<DeletionPlan> {
  const { at, reference, options } = request;
  const log = c.get('log');
  const [artifact, usageOf] = await log.upstream(
    Promise.all([
      getArtifact(harborSession(c), at, reference),
      artifactUsage(c, at, { fresh: !options.dry_run }),
    ]),
  );
  const tags = options.tag_only ? [textOf(reference)] : artifact.tags;
  const usage = usageOf(artifact);
  Object.assign(log.fields, { digest: artifact.digest, tags, usage: usage.usage });
  const blockers = deletionBlockers({ artifact, reference, usage, options });
  return { ...request, artifact, tags, usage, blockers };
}

/**
 * Carries a plan out. The deletion goes on when the client leaves once it is sent.
 * @throws Problem of the first blocker, or of Harbor
 */
export async function carryOut(c: FunctionContext, plan: DeletionPlan): Promise<void> {
  const { at, reference, options, artifact } = plan;
  const { digest } = artifact;
  const blockers = plan.blockers.ours;
  const [first] = blockers;
  if (first !== undefined) {
    throw new Problem(first.code, first.detail, { extras: { blockers, digest } });
  }
  c.req.raw.signal.throwIfAborted();
  const log = c.get('log');
  const session = harborSession(c);
  await log.upstream(
    options.tag_only && reference.kind === 'tag'
      ? deleteTag(session, at, { digest, tag: reference.tag })
      : deleteArtifact(session, at, digest),
  );
  log.fields['outcome'] = options.tag_only ? 'untagged' : 'deleted';
}
