/** The rules by which Harbor itself refuses a deletion, as far as they are known beforehand. */

import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import { firstNames, tagList } from '../../values/first-names.ts';
import type { Reference } from '../../values/names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { Blocker } from './deletion-answer.ts';
import type { DeletionOptions } from './deletion-options.ts';
import type { PlanMember } from './plan-tag.ts';

/** The facts that decide whether a deletion is refused. */
export interface DeletionCase {
  readonly artifact: ArtifactDetail;
  readonly reference: Reference;
  readonly usage: ArtifactUsage;
  readonly options: DeletionOptions;
  /** Digests of the indexes that refer to the artifact. */
  readonly parentDigests: readonly string[];
  /** True if Harbor reports that it is in read-only mode. */
  readonly isReadOnly: boolean;
  /** The members that have changed since the plan of `If-Match`; null: nothing has. */
  readonly changed: readonly PlanMember[] | null;
  /** True for a deletion of a cleanup, for which nothing overrides our guards. */
  readonly isCleanup: boolean;
}

/** Nothing overrides these. */
export function harborBlockers(deletion: DeletionCase): Blocker[] {
  const { artifact, reference, options, parentDigests, isReadOnly } = deletion;
  const tag = options.tag_only && reference.kind === 'tag' ? reference.tag : null;
  const blockers: Blocker[] = [];
  if (isReadOnly) {
    blockers.push({
      code: 'harbor_read_only',
      detail: 'Harbor is in read-only mode. Ask its administrator to end it.',
    });
  }
  const immutable = immutableTagsAmong(artifact, tag === null ? artifact.tags : [tag]);
  if (immutable.length > 0) {
    blockers.push({
      code: 'artifact_immutable',
      detail: `Harbor's rules make ${tagList(immutable)} immutable. Change the rule first.`,
    });
  }
  if (tag === null && parentDigests.length > 0) {
    blockers.push({
      code: 'artifact_referenced',
      detail: `An index refers to the artifact (${firstNames(parentDigests, 3)}). Delete the index first.`,
    });
  }
  return blockers;
}

export function immutableTagsAmong(
  { immutableTags }: ArtifactDetail,
  tags: readonly string[],
): readonly string[] {
  return immutableTags.filter((tag) => tags.includes(tag));
}
