/** The line of a deletion in the journal. */

import type { ArtifactDetail } from '../../../adapters/harbor/artifact.ts';
import { referenceText } from '../../../adapters/harbor/http/url.ts';
import { peerOf } from '../../../http/connection.ts';
import type { JournalIntent } from '../../../ports/journal-record.ts';
import type { NodesReading } from '../../../ports/nodes.ts';
import type { DeletionContext, DeletionRequest } from '../evidence.ts';

/** What is deleted, and the guards that `force` overrides. */
interface PlannedDeletion extends DeletionRequest {
  readonly artifact: ArtifactDetail;
  readonly tags: readonly string[];
  readonly nodes: NodesReading | null;
  readonly overridden: readonly string[];
}

/** What is about to be deleted, for whom and why. */
export function journalIntent({ c }: DeletionContext, plan: PlannedDeletion): JournalIntent {
  const { at, reference, options, artifact, tags, nodes, overridden } = plan;
  const { harbor } = c.get('services');
  return {
    request_id: c.get('requestId'),
    peer: peerOf(c) ?? null,
    actor: c.get('caller')?.name ?? null,
    registry: harbor.host === null ? null : new URL(harbor.host).host,
    project: at.project,
    repository: at.repository,
    reference: referenceText(reference),
    digest: artifact.digest,
    tags,
    // The artifact remains when only a tag is removed.
    size_bytes: options.tag_only ? null : artifact.size_bytes,
    reason: options.reason,
    force: options.force,
    tag_only: options.tag_only,
    guards: overridden,
    nodes: nodes?.nodes.map(({ name }) => name) ?? [],
  };
}
