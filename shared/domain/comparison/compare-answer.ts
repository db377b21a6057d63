/** The answer of GET /compare. */
import * as z from 'zod/mini';
import { nodesMembers } from '../nodes/nodes-answer.ts';

const names = z.readonly(z.array(z.string()));

/** One image on the readable nodes. */
export const comparedImageSchema = z.object({
  /** `digest`: all of its nodes have it under the digest. `id`: some have no repository digest of it, and its id counts. */
  by: z.enum(['digest', 'id']),
  /** The digest; null: no node has a repository digest of it. */
  digest: z.nullable(z.string()),
  /** The id; null: nodes of several platforms have it, with several ids. */
  id: z.nullable(z.string()),
  /** `repository:tag` on any node; `repository@digest` if it has no tag on any. */
  names,
  /** The largest, because it depends on the platform. */
  size_bytes: z.nullable(z.number()),
  nodes: names,
  /** Readable nodes without it. */
  missing_on: names,
});
export type ComparedImage = z.infer<typeof comparedImageSchema>;

/** One `repository:tag` with several digests, the one on most nodes first. */
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
