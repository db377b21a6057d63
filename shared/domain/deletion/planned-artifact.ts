/** The demands of a cleanup on each of its deletions, in addition to the guards of every deletion. */

import type { NodesReading } from '../../ports/nodes.ts';
import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import { firstNames, tagList } from '../../values/first-names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { Blocker } from './deletion-answer.ts';

/** An artifact as the plan of a cleanup has it. The nodes are asked even if `delete_guard` is off. */
export interface PlannedArtifact {
  readonly tags: readonly string[];
  /** How the nodes were read for the plan. */
  readonly reading: NodesReading;
}

/** An artifact as it is now. */
interface CurrentArtifact {
  readonly artifact: ArtifactDetail;
  readonly usage: ArtifactUsage;
  /** How the nodes were read; null if they were not. */
  readonly nodes: NodesReading | null;
}

/** Finds the blockers that a cleanup's plan adds to those of a deletion. Nothing overrides them. */
export function plannedBlockers(
  planned: PlannedArtifact,
  { artifact, usage, nodes }: CurrentArtifact,
): Blocker[] {
  const blockers: Blocker[] = [];
  const news = artifact.tags.filter((tag) => !planned.tags.includes(tag));
  if (news.length > 0) {
    const detail = `It has gained ${tagList(news)} since the plan was made.`;
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
  const detail = nodes && missingDetail(planned.reading, nodes);
  if (detail !== null) blockers.push({ code: 'usage_unknown', detail });
  return blockers;
}

/**
 * That nodes of the plan are no longer known; null if all are. Their pods may still run: a bridge that is not
 * ready leaves the records of `nodes_dns`.
 */
export function missingDetail(planned: NodesReading, current: NodesReading): string | null {
  const names = new Set(current.nodes.map(({ name }) => name));
  const missing = planned.nodes.map(({ name }) => name).filter((name) => !names.has(name));
  if (missing.length === 0) return null;
  return `It is unknown what is in use on ${firstNames(missing, 20)}: no longer among the nodes, but in the plan.`;
}
