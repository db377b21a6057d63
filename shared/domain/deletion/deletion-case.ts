/** The facts that decide whether a deletion is refused. */
import type { ArtifactDetail } from '../../ports/registry-artifact.ts';
import type { Reference } from '../../values/names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';
import type { PlanMember } from './plan-tag.ts';

export interface DeletionCase {
  readonly artifact: ArtifactDetail;
  readonly reference: Reference;
  readonly usage: ArtifactUsage;
  readonly options: DeletionOptions;
  /** Digests of the indexes that refer to the artifact. */
  readonly parentDigests: readonly string[];
  /** Whether Harbor reports that it is in read-only mode. */
  readonly readOnly: boolean;
  /** What has changed since the plan of `If-Match`; null: nothing. */
  readonly changed: readonly PlanMember[] | null;
}
