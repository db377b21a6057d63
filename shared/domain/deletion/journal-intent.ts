/** The line of a deletion in the journal. */

import type { JournalIntent } from '../../ports/journal-record.ts';
import type { NodesReading } from '../../ports/nodes.ts';
import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import { referenceText } from '../../values/names.ts';
import type { DeletionContext, DeletionRequest } from './deletion-request.ts';

/** The deletion to write down: what is deleted, and the guards that `force` overrides. */
interface PlannedDeletion extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  readonly tags: readonly string[];
  readonly children: readonly string[];
  readonly accessories: readonly string[];
  readonly nodes: NodesReading | null;
  readonly overridden: readonly string[];
}

/** Makes the intent: what is about to be deleted, for whom and why. */
export function journalIntent(
  { services, request }: DeletionContext,
  plan: PlannedDeletion,
): JournalIntent {
  const { host } = services.registry;
  const { at, reference, options, artifact, nodes, overridden } = plan;
  return {
    request_id: request.id,
    peer: request.peer,
    actor: request.actor,
    registry: host === null ? null : new URL(host).host,
    project: at.project,
    repository: at.repository,
    reference: referenceText(reference),
    digest: artifact.digest,
    tags: plan.tags,
    children: plan.children,
    accessories: plan.accessories,
    // The artifact remains when only a tag is removed.
    size_bytes: options.tag_only ? null : artifact.size_bytes,
    push_time: options.tag_only ? null : artifact.pushTime,
    reason: options.reason,
    force: options.force,
    tag_only: options.tag_only,
    guards: overridden,
    nodes: nodes?.nodes.map(({ name }) => name) ?? [],
  };
}
