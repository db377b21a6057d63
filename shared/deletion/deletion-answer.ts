/** What DELETE /harbor/artifacts/{project}/{repository}/{reference} answers, for a plan and for a deletion. */
import * as z from 'zod/mini';
import { usageSchema } from './artifact-usage.ts';
import { blockerSchema } from './blocker.ts';

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
