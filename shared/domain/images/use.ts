/** A use of an artifact, as answers show it. */
import * as z from 'zod/mini';
import { containerUseSchema } from './container-use.ts';

/** A container, or an image without a container, that uses the artifact. */
export const useSchema = z.object({
  node: z.string(),
  namespace: z.nullable(z.string()),
  pod: z.nullable(z.string()),
  /** The container; null: the image is on the node, and no container uses it. */
  container: z.nullable(z.string()),
  state: z.nullable(containerUseSchema.shape.state),
  /** When the container was created, RFC 3339. */
  since: z.nullable(z.string()),
  /** `artifact`: its digest. `child`: one of its children. `index`: an index that contains it. `name`: only its name. */
  match: z.enum(['artifact', 'child', 'index', 'name']),
  /** The name or digest on the node that matched. */
  image: z.string(),
});
export type Use = z.infer<typeof useSchema>;
