/** A reason against a deletion, and what it follows from. */
import * as z from 'zod/mini';
import type { ArtifactDetail } from '../harbor/artifact.ts';
import type { Reference } from '../harbor/names.ts';
import type { ArtifactUsage } from './artifact-usage.ts';
import type { DeletionOptions } from './deletion-options.ts';

export const blockerSchema = z.object({
  code: z.enum([
    'reference_moved',
    'other_tags',
    'in_use',
    'usage_unknown',
    'artifact_immutable',
    'artifact_referenced',
    'harbor_read_only',
  ]),
  detail: z.string(),
});
export type Blocker = z.infer<typeof blockerSchema>;

/** What the blockers of a deletion follow from. */
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
