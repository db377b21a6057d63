/** The answer of GET /images: the rows of both sources in the old service's format. */
import * as z from 'zod/mini';

/** Sizes are strings, `""` if unknown. */
export const imagesAnswerSchema = z.object({
  containerd_images: z.array(
    z.object({ repository: z.string(), tag: z.string(), image_id: z.string(), size: z.string() }),
  ),
  harbor_images: z.array(
    z.object({
      repository: z.string(),
      tag: z.string(),
      digest: z.string(),
      size: z.string(),
      project: z.string(),
    }),
  ),
  errors: z.array(z.object({ source: z.enum(['containerd', 'harbor']), error: z.string() })),
});
export type ImagesAnswer = z.infer<typeof imagesAnswerSchema>;
