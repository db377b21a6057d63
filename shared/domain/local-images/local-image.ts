/** A row of GET /local-images: one for each tag of each image on the host. */
import * as z from 'zod/mini';

/** The columns of crictl's table first. */
export const localImageSchema = z.object({
  repository: z.string(),
  tag: z.string(),
  image_id: z.string(),
  size: z.nullable(z.string()),
  id: z.string(),
  digest: z.nullable(z.string()),
  size_bytes: z.nullable(z.number()),
  pinned: z.boolean(),
});
export type LocalImage = z.infer<typeof localImageSchema>;
