/** The policy that the query of /ui/cleanup asks for: the name of a configured one, or fields of the form. */

import * as z from 'zod/mini';
import type { Candidate } from '../../domain/cleanup/cleanup-answer.ts';
import { namedPolicy } from '../../http/cleanup-request.ts';
import type { FunctionContext } from '../../http/function.ts';
import { defineList } from '../../values/list.ts';
import { type CompiledPolicy, type Policy, readPolicy } from '../../values/policy/policy.ts';

const NO_RULE = 'This policy chooses nothing yet. Fill in at least one of these fields.';

const text = () => z.optional(z.string('expected text'));
const slice = defineList<Candidate>({ sortable: [], searched: () => [] }).query.shape;

/** The members of a policy, as texts. */
const members = {
  projects: text(),
  repositories: text(),
  tags: text(),
  keep_newest: text(),
  older_than: text(),
  untagged: text(),
  max_deletions: text(),
  max_bytes: text(),
  reason: text(),
} as const satisfies Record<keyof Policy, unknown>;

export type Member = keyof typeof members;
const MEMBERS = Object.keys(members) as readonly Member[];

// An unknown parameter is refused: a misspelt member would choose more than was asked for.
export const cleanupQuery = z.strictObject({
  policy: text(),
  ...members,
  page: slice.page,
  page_size: slice.page_size,
});
type CleanupQuery = z.output<typeof cleanupQuery>;

export interface AskedPolicy {
  /** The policy; null if there are faults. */
  readonly policy: CompiledPolicy | null;
  /** The values that the fields of the form show. */
  readonly values: Readonly<Partial<Record<Member, string>>>;
  /** The faults by member; with an empty name: of the whole. */
  readonly faults: ReadonlyMap<string, string>;
}

/**
 * Reads the query.
 * @param isSent whether the query has any field of the form, even an empty one
 * @returns null if nothing is asked for yet
 * @throws Problem not_found if there is no policy of that name
 */
export function askedPolicy(
  c: FunctionContext,
  query: CleanupQuery,
  isSent: boolean,
): AskedPolicy | null {
  const values = Object.fromEntries(
    MEMBERS.flatMap((member) => (query[member] === undefined ? [] : [[member, query[member]]])),
  ) as AskedPolicy['values'];
  if (query.policy !== undefined) return configured(c, query.policy, values);
  if (!isSent) return null;
  const { policy, faults } = readPolicy(policyOf(values));
  return {
    policy,
    values,
    faults: new Map(
      (faults ?? []).map(({ member, detail }) => [member, member === '' ? NO_RULE : detail]),
    ),
  };
}

/** Tells whether a parameter belongs to the form. */
export function isMember(name: string): boolean {
  return Object.hasOwn(members, name);
}

function configured(
  c: FunctionContext,
  name: string,
  { reason: _, ...others }: AskedPolicy['values'],
): AskedPolicy {
  const policy = namedPolicy(c, name);
  const [other] = Object.keys(others);
  if (other === undefined) return { policy, values: valuesOf(policy.source), faults: new Map() };
  const detail = `remove it, or remove policy=${name}: a configured policy cannot be changed here`;
  return { policy: null, values: others, faults: new Map([[other, detail]]) };
}

/** Patterns are separated by spaces, commas or lines. */
function policyOf({ projects, repositories, tags, ...values }: AskedPolicy['values']) {
  const list = (patterns: string | undefined) =>
    patterns?.split(/[\s,]+/).filter((pattern) => pattern !== '');
  const number = (digits: string | undefined) =>
    digits !== undefined && /^\d{1,15}$/.test(digits.trim()) ? Number(digits) : digits;
  const { untagged } = values;
  const all = {
    ...values,
    projects: list(projects),
    repositories: list(repositories),
    tags: list(tags),
    keep_newest: number(values.keep_newest),
    max_deletions: number(values.max_deletions),
    max_bytes: number(values.max_bytes),
    untagged: untagged === 'true' || untagged === 'false' ? untagged === 'true' : untagged,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function valuesOf(policy: Policy): AskedPolicy['values'] {
  return Object.fromEntries(
    Object.entries(policy).map(([member, value]) => [
      member,
      Array.isArray(value) ? value.join(' ') : String(value),
    ]),
  );
}
