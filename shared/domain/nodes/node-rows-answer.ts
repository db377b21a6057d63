/** The answers of GET /nodes and GET /nodes/{node}/images. */
import * as z from 'zod/mini';
import { containerUseSchema } from '../images/container-use.ts';
import { localImageSchema } from '../local-images/local-image.ts';
import { nodeStatusSchema, nodesMembers } from './nodes-answer.ts';

/** A row of GET /nodes. Figures are null if the node could not be read, or its bridge cannot say. */
export const nodeRowSchema = z.extend(nodeStatusSchema, {
  runtime: z.nullable(z.object({ name: z.string(), version: z.string() })),
  images: z.nullable(z.number()),
  /** Sum of the sizes of the images, which may share layers. */
  images_bytes: z.nullable(z.number()),
  /** Bytes that the file systems of images use. */
  disk_bytes: z.nullable(z.number()),
  containers: z.nullable(z.number()),
  /** Sizes of the images that no container uses, in any state. Layers may be shared, so it is an upper bound. */
  reclaimable_bytes_max: z.nullable(z.number()),
});
export type NodeRow = z.infer<typeof nodeRowSchema>;

export const nodesAnswerSchema = z.object({
  complete: z.boolean(),
  nodes: z.readonly(z.array(nodeRowSchema)),
});

/** A row of GET /nodes/{node}/images: that of `/local-images` with its use. */
export const nodeImageSchema = z.extend(localImageSchema, {
  in_use: z.boolean(),
  containers: z.readonly(z.array(containerUseSchema)),
});
export type NodeImage = z.infer<typeof nodeImageSchema>;

export const nodeImagesAnswerSchema = z.object({
  ...nodesMembers,
  images: z.readonly(z.array(nodeImageSchema)),
});
