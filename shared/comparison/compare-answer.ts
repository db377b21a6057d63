/** The answer of GET /compare. */
import * as z from 'zod/mini';
import { nodesMembers } from '../nodes/nodes-answer.ts';

const names = z.readonly(z.array(z.string()));

/** One image on the readable nodes. */
export const comparedImageSchema = z.object({
  /** `digest`: the repository digest. `id`: the image id, because the image has no repository digest. */
  by: z.enum(['digest', 'id']),
  digest: z.nullable(z.string()),
  id: z.nullable(z.string()),
  /** `repository:tag` on any node. */
  names,
  size_bytes: z.nullable(z.number()),
  nodes: names,
  /** Readable nodes without it. */
  missing_on: names,
});
export type ComparedImage = z.infer<typeof comparedImageSchema>;

/** One name with several digests. */
export const skewSchema = z.object({
  name: z.string(),
  variants: z.readonly(
    z.array(z.object({ digest: z.nullable(z.string()), id: z.nullable(z.string()), nodes: names })),
  ),
});
export type Skew = z.infer<typeof skewSchema>;

export const compareAnswerSchema = z.object({
  ...nodesMembers,
  common: z.readonly(z.array(comparedImageSchema)),
  partial: z.readonly(z.array(comparedImageSchema)),
  single: z.readonly(z.array(comparedImageSchema)),
  skew: z.readonly(z.array(skewSchema)),
});
export type CompareAnswer = z.infer<typeof compareAnswerSchema>;
