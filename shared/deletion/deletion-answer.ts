/** The answer of DELETE /harbor/artifacts/{project}/{repository}/{reference}, for a plan and for a deletion. */
import * as z from 'zod/mini';

/** Whether the host uses the artifact. `present`: it has the image but does not use it. */
const usageSchema = z.enum(['in_use', 'present', 'absent', 'unknown', 'not_checked']);
export type Usage = z.infer<typeof usageSchema>;

/** A reason why a deletion is refused. */
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

export const deletionAnswerSchema = z.object({
  dry_run: z.boolean(),
  deleted: z.boolean(),
  project: z.string(),
  repository: z.string(),
  reference: z.string(),
  digest: z.string(),
  tags: z.readonly(z.array(z.string())),
  children: z.readonly(z.array(z.string())),
  accessories: z.readonly(z.array(z.string())),
  size_bytes: z.nullable(z.number()),
  usage: usageSchema,
  blockers: z.readonly(z.array(blockerSchema)),
  request_id: z.string(),
});
export type DeletionAnswer = z.infer<typeof deletionAnswerSchema>;
