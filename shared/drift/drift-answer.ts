/** The answer of GET /drift. */
import * as z from 'zod/mini';
import { containerUseSchema } from '../nodes/node-rows-answer.ts';
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

/** A container on a node. */
export const nodeUseSchema = z.extend(containerUseSchema, { node: z.string() });

/** One image name and digest on any node. */
export const driftRowSchema = z.object({
  status: z.enum(DRIFT_STATUSES),
  /** The name as the runtimes have it, without tag and digest. */
  repository: z.string(),
  tag: z.nullable(z.string()),
  /** On the nodes. */
  digest: z.nullable(z.string()),
  /** Of the tag in the registry, if it is another one. */
  registry_digest: z.nullable(z.string()),
  /** Of `tag_moved`: whether the registry no longer has the digest of the nodes. Null: another status. */
  digest_gone: z.nullable(z.boolean()),
  /** A sentence for the operator; of `unknown` the reason. */
  detail: z.string(),
  nodes: z.readonly(z.array(z.string())),
  /** Whether a running container uses it. */
  running: z.boolean(),
  containers: z.readonly(z.array(nodeUseSchema)),
});
export type DriftRow = z.infer<typeof driftRowSchema>;

export const driftAnswerSchema = z.object({
  ...nodesMembers,
  images: z.readonly(z.array(driftRowSchema)),
});
