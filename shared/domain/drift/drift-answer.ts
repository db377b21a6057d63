/** The answer of GET /drift, with the statuses of drift. */
import * as z from 'zod/mini';
import { containerUseSchema } from '../images/container-use.ts';
import { nodesMembers } from '../nodes/nodes-answer.ts';

/** How an image on nodes differs from the registry (docs/nodes.md#drift). */
export const DRIFT_STATUSES = [
  'in_sync',
  'tag_moved',
  'untagged',
  'gone',
  'foreign',
  'unknown',
] as const;
export type DriftStatus = (typeof DRIFT_STATUSES)[number];

/** A container on a node. */
export const nodeUseSchema = z.extend(containerUseSchema, { node: z.string() });
export type NodeUse = z.infer<typeof nodeUseSchema>;

/** One image name and digest on any node. */
export const driftRowSchema = z.object({
  status: z.enum(DRIFT_STATUSES),
  /** The name as the runtimes have it, without tag and digest. */
  repository: z.string(),
  tag: z.nullable(z.string()),
  /** On the nodes; null if the runtimes report none. */
  digest: z.nullable(z.string()),
  /** The id, without `sha256:`, of an image that has no digest. */
  image_id: z.nullable(z.string()),
  /** The digest of the tag in the registry, if it is another one. */
  registry_digest: z.nullable(z.string()),
  /** True if the registry no longer has the digest of the nodes, for `tag_moved`; null if that is unknown. */
  digest_gone: z.nullable(z.boolean()),
  /** A sentence for the operator; of `unknown` the reason. */
  detail: z.string(),
  nodes: z.readonly(z.array(z.string())),
  /** True if a running container uses it. */
  running: z.boolean(),
  containers: z.readonly(z.array(nodeUseSchema)),
});
export type DriftRow = z.infer<typeof driftRowSchema>;

export const driftAnswerSchema = z.object({
  ...nodesMembers,
  /** Why rows are `unknown`: Harbor as a whole, or one entry for each repository that could not be read. */
  errors: z.readonly(z.array(z.object({ source: z.literal('harbor'), error: z.string() }))),
  images: z.readonly(z.array(driftRowSchema)),
});
