/** What a cleanup demands of each of its deletions in addition to the guards of every deletion. */

import type { ArtifactUsage } from '../deletion/artifact-usage.ts';
import type { Blocker } from '../deletion/deletion-answer.ts';
import { listed } from '../deletion/harbor-rules.ts';
import type { ArtifactDetail } from '../harbor/artifact.ts';

/** An artifact as the plan of a cleanup has it. The nodes are asked even if `delete_guard` is off. */
export interface PlannedArtifact {
  readonly tags: readonly string[];
}

/** Nothing overrides these. */
export function plannedBlockers(
  planned: PlannedArtifact,
  { artifact, usage }: { readonly artifact: ArtifactDetail; readonly usage: ArtifactUsage },
): Blocker[] {
  const blockers: Blocker[] = [];
  const news = artifact.tags.filter((tag) => !planned.tags.includes(tag));
  if (news.length > 0) {
    const detail = `It has gained ${listed(news)} since the plan was made.`;
    blockers.push({ code: 'plan_changed', detail });
  }
  if (usage.usage === 'present') {
    const detail = `${usage.detail} A cleanup keeps what a node has.`;
    blockers.push({ code: 'in_use', detail });
  }
  if (usage.usage === 'not_checked') {
    const detail = 'The nodes were not asked what they use, and a cleanup needs to know.';
    blockers.push({ code: 'usage_unknown', detail });
  }
  return blockers;
}
