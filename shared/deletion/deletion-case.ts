/** What the reasons against a deletion follow from. */
import type { ArtifactDetail } from '../harbor/artifact.ts';
import type { Reference } from '../harbor/names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';

export interface DeletionCase {
  readonly artifact: ArtifactDetail;
  readonly reference: Reference;
  readonly usage: ArtifactUsage;
  readonly options: DeletionOptions;
  /** Digests of the indexes that refer to the artifact. */
  readonly parentDigests: readonly string[];
  /** Whether Harbor is in read-only mode, as far as it says. */
  readonly readOnly: boolean;
}
