/** The policy of a cleanup: which artifacts may be deleted. */
import * as z from 'zod/mini';

const globs = z.optional(z.readonly(z.array(z.string().check(z.minLength(1), z.maxLength(512)))));
const bound = z.optional(z.int().check(z.gte(1)));

/**
 * In globs `*` stands for anything, `/` too; `!` in front excludes. One of `tags`, `keep_newest`, `older_than`
 * and `untagged: "only"` must be there.
 */
export const policySchema = z.strictObject({
  projects: globs,
  /** Match `project/repository`. */
  repositories: globs,
  tags: globs,
  /** Per repository, by push time, among the tags that the policy covers. */
  keep_newest: z.optional(z.int().check(z.gte(0))),
  /** Neither pushed nor pulled since: `45m`, `12h`, `30d`, `4w`. */
  older_than: z.optional(z.string()),
  untagged: z.optional(z.union([z.boolean(), z.literal('only')])),
  max_deletions: bound,
  max_bytes: bound,
});
export type Policy = z.infer<typeof policySchema>;
