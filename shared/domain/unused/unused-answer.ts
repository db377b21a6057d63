/** The answer of GET /harbor/unused. */
import * as z from 'zod/mini';
import { nodesMembers } from '../nodes/nodes-answer.ts';

/** An artifact that no node holds. */
export const unusedArtifactSchema = z.object({
  project: z.string(),
  repository: z.string(),
  digest: z.string(),
  /** Harbor's own word, such as `IMAGE` or `CHART`. No node holds a chart. Null: unknown. */
  type: z.nullable(z.string()),
  tags: z.readonly(z.array(z.string())),
  size: z.string(),
  size_bytes: z.number(),
  push_time: z.nullable(z.string()),
  pull_time: z.nullable(z.string()),
});
export type UnusedArtifact = z.infer<typeof unusedArtifactSchema>;

/** An artifact that is left out for a doubt alone. */
export const leftOutSchema = z.object({
  project: z.string(),
  repository: z.string(),
  digest: z.string(),
  tags: z.readonly(z.array(z.string())),
  /** `unknown_digest`: a node has its tag or repository with a digest that Harbor lacks. `no_digest`: an image without one. */
  reason: z.enum(['unknown_digest', 'no_digest']),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

export const unusedAnswerSchema = z.object({
  ...nodesMembers,
  /** True if nodes that could not be read were left out (`allow_partial`): then an artifact may be in use. */
  partial: z.boolean(),
  /** Sum over all rows, as Harbor counts them; blobs may be shared. */
  size_bytes: z.number(),
  /** Those that are left out because it cannot be determined whether a node holds them. */
  left_out: z.readonly(z.array(leftOutSchema)),
  artifacts: z.readonly(z.array(unusedArtifactSchema)),
});
