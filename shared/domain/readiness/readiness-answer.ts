/** The JSON answer of GET /readyz. */
import * as z from 'zod/mini';

export const checkSchema = z.object({
  name: z.enum(['configuration', 'bridge', 'crictl', 'harbor', 'harbor_credentials', 'journal']),
  /** `differs`: the bridge works, but has another version than this process. */
  status: z.enum(['ok', 'down', 'differs', 'not_configured', 'starting']),
  /** Why the check is not ok: a problem code, and what to do. */
  code: z.optional(z.string()),
  detail: z.optional(z.string()),
});
export type Check = Readonly<z.infer<typeof checkSchema>>;

export const readinessSchema = z.object({
  /** `degraded`: a source or the journal is down and another source works, or the versions differ. `down`: no source works. */
  status: z.enum(['ok', 'degraded', 'down', 'starting']),
  checks: z.array(checkSchema),
});
export type Readiness = Readonly<z.infer<typeof readinessSchema>>;
