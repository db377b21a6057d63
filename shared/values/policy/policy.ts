/** The policy of a cleanup: which artifacts it may delete (docs/cleanup.md#policies). */
import * as z from 'zod/mini';
import { duration, parseDuration } from '../duration.ts';
import { reason } from '../reason.ts';
import { compileGlobs, type GlobMatch } from './globs.ts';

const MAX_GLOBS = 1000;

/** A glob that can never match is refused, because as an exclusion it would protect nothing. */
function globs(pattern: RegExp, expected: string) {
  const message = `expected an array of patterns of ${expected}: * matches any text, ! in front excludes, and no other special character is allowed`;
  const glob = z.string(message).check(z.maxLength(512, message), z.regex(pattern, message));
  return z.optional(z.readonly(z.array(glob, message).check(z.maxLength(MAX_GLOBS, message))));
}

const positive = (expected: string) => z.optional(z.int(expected).check(z.gte(1, expected)));
const COUNT = 'expected an integer of 1 or more';

/** One of `tags`, `keep_newest`, `older_than` and `untagged: "only"` must be there. */
export const policySchema = z.strictObject({
  projects: globs(/^!?[a-z0-9._*-]+$/, 'projects'),
  repositories: globs(
    /^!?(?=.*[/*])[a-z0-9._/*-]+$/,
    'project/repository, such as shop/* or */web',
  ),
  tags: globs(/^!?[A-Za-z0-9._*-]+$/, 'tags'),
  /** The number to keep of each repository, by push time, among the artifacts with a tag that `tags` covers. */
  keep_newest: positive(COUNT),
  /** Neither pushed nor pulled since. */
  older_than: z.optional(duration),
  untagged: z.optional(z.union([z.boolean(), z.literal('only')], 'expected true, false or "only"')),
  max_deletions: positive(COUNT),
  max_bytes: positive('expected a number of bytes, 1 or more'),
  /** For the journal, unless the request gives another one. */
  reason: z.optional(reason),
});
export type Policy = z.infer<typeof policySchema>;

const NO_RULE = 'expected at least one of tags, keep_newest, older_than, and untagged: "only"';
/** It would look like a protection, and keep none of the artifacts that the policy chooses. */
const KEEPS_NOTHING = 'keeps nothing with untagged: "only", because it counts tagged artifacts';

/** The rules that a policy has, ready to be applied. */
export interface CompiledPolicy {
  readonly source: Policy;
  /** Its name in the configuration; null if the request has its own. */
  readonly name: string | null;
  readonly coversProject: GlobMatch;
  /** Tells whether it covers a `project/repository`. */
  readonly coversRepository: GlobMatch;
  readonly coversTag: GlobMatch;
  /** The patterns of the tags; null: the policy does not choose by tags, and covers all of them. */
  readonly tags: readonly string[] | null;
  readonly keepNewest: number | null;
  readonly olderThanMs: number | null;
  readonly untagged: boolean | 'only';
  readonly maxDeletions: number;
  readonly maxBytes: number;
}

/** The fault of a member of a policy, or of the whole (`member` is empty). */
interface PolicyFault {
  readonly member: string;
  readonly detail: string;
}

/** A policy, or what is wrong with it. */
export type ReadPolicy =
  | { readonly policy: CompiledPolicy; readonly faults: null }
  | { readonly policy: null; readonly faults: readonly PolicyFault[] };

/**
 * Reads a policy. Never throws.
 * @param name its name in the configuration
 */
export function readPolicy(value: unknown, name: string | null = null): ReadPolicy {
  const result = policySchema.safeParse(value);
  if (!result.success) return { policy: null, faults: faultsOf(result.error.issues) };
  const policy = compile(result.data, name);
  const { tags, keepNewest, olderThanMs, untagged } = policy;
  const hasRule =
    tags !== null || keepNewest !== null || olderThanMs !== null || untagged === 'only';
  if (!hasRule) return { policy: null, faults: [{ member: '', detail: NO_RULE }] };
  if (keepNewest !== null && untagged === 'only') {
    return { policy: null, faults: [{ member: 'keep_newest', detail: KEEPS_NOTHING }] };
  }
  return { policy, faults: null };
}

/** One for each member. */
function faultsOf(issues: readonly z.core.$ZodIssue[]): readonly PolicyFault[] {
  const members = Object.keys(policySchema.shape).join(', ');
  const faults = issues.flatMap((issue): PolicyFault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((member) => ({ member, detail: `unknown; the members are ${members}` }))
      : [{ member: String(issue.path[0] ?? ''), detail: messageOf(issue) }],
  );
  const first = new Map<string, PolicyFault>();
  for (const fault of faults) if (!first.has(fault.member)) first.set(fault.member, fault);
  return [...first.values()];
}

function messageOf({ path, message }: z.core.$ZodIssue): string {
  return path.length === 0 ? 'expected an object with the members of a policy' : message;
}

function compile(source: Policy, name: string | null): CompiledPolicy {
  const { projects = [], repositories = [], tags = [], older_than } = source;
  return {
    source,
    name,
    coversProject: compileGlobs(projects),
    coversRepository: compileGlobs(repositories),
    coversTag: compileGlobs(tags),
    tags: tags.length === 0 ? null : tags,
    keepNewest: source.keep_newest ?? null,
    olderThanMs: older_than === undefined ? null : parseDuration(older_than),
    untagged: source.untagged ?? false,
    maxDeletions: source.max_deletions ?? Number.POSITIVE_INFINITY,
    maxBytes: source.max_bytes ?? Number.POSITIVE_INFINITY,
  };
}
