/** The query and `If-Match` of a deletion: strict, because a misread flag here costs an artifact. */
import * as z from 'zod/mini';
import { invalidRequest } from '../../ports/invalid-request.ts';
import { type Digest, isDigest, type Reference } from '../../values/names.ts';
import { reason } from '../../values/reason.ts';
import { isPlanTag, type PlanTag } from './plan-tag.ts';

const FLAG = 'expected true or false';
const flag = () => z.optional(z.boolean(FLAG));

/** The query of a plan. */
export const planQuery = z.strictObject({ tag_only: flag() });

/** The query of a deletion. */
export const deletionQuery = z.strictObject({
  dry_run: flag(),
  tag_only: flag(),
  force: flag(),
  reason: z.optional(reason),
});

/** `If-Match` as sent; `deletionOptions` reads it, together with the reference. */
export const deletionHeaders = z.object({ 'if-match': z.optional(z.string()) });

export interface DeletionOptions {
  readonly dry_run: boolean;
  readonly tag_only: boolean;
  readonly force: boolean;
  /** Why, in the caller's words. */
  readonly reason: string | null;
  /** Digests that the reference may resolve to; null: any. */
  readonly ifMatch: readonly Digest[] | null;
  /** The tag of the plan that must still hold; null: none. */
  readonly planTag: PlanTag | null;
}

/** Options of a plan. */
export const PLAN_ONLY = {
  dry_run: true,
  tag_only: false,
  force: false,
  reason: null,
  ifMatch: null,
  planTag: null,
} as const satisfies DeletionOptions;

/** Quoted tags, separated by commas. */
const ENTITY_TAGS = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;

/** The input of a deletion besides its reference. */
interface DeletionInput {
  readonly query: z.output<typeof deletionQuery>;
  readonly ifMatch: string | undefined;
  /** True if there is a journal, so that `force` needs a reason. */
  readonly isJournaled: boolean;
}

/** @throws Problem invalid_request */
export function deletionOptions(
  reference: Reference,
  { query, ifMatch = '*', isJournaled }: DeletionInput,
): DeletionOptions {
  const { dry_run = false, tag_only = false, force = false, reason: why = null } = query;
  const errors = tagOnlyErrors(reference, tag_only);
  if (force && isJournaled && why === null) {
    const detail =
      'say why with 1 to 500 characters: force=true needs it, because there is a journal';
    errors.push({ parameter: 'reason', detail });
  }
  const condition = conditionOf(ifMatch);
  if ('detail' in condition) errors.push({ parameter: 'If-Match', detail: condition.detail });
  if (errors.length > 0 || 'detail' in condition) throw invalidRequest(errors);
  return { dry_run, tag_only, force, reason: why, ...condition };
}

/** The options of a plan. @throws Problem invalid_request */
export function planOptions(
  reference: Reference,
  { tag_only = false }: z.output<typeof planQuery>,
): DeletionOptions {
  const errors = tagOnlyErrors(reference, tag_only);
  if (errors.length > 0) throw invalidRequest(errors);
  return { ...PLAN_ONLY, tag_only };
}

function tagOnlyErrors(reference: Reference, tagOnly: boolean) {
  const detail = 'needs a tag as reference, not a digest';
  return tagOnly && reference.kind === 'digest' ? [{ parameter: 'tag_only', detail }] : [];
}

type Condition = Pick<DeletionOptions, 'ifMatch' | 'planTag'>;

/**
 * If-Match compares strongly (RFC 9110, 13.1.1): a weak tag of a digest matches nothing. A plan is that of one state,
 * so its tag must be alone.
 */
function conditionOf(ifMatch: string): Condition | { readonly detail: string } {
  if (ifMatch.trim() === '*') return { ifMatch: null, planTag: null };
  const malformed = 'expected "sha256:…" in double quotes, the ETag of one plan, or *';
  if (!ENTITY_TAGS.test(ifMatch)) return { detail: malformed };
  const tags = ifMatch.split(',').map((tag) => tag.trim());
  const values = tags.map((tag) => tag.replace(/^W\//, '').slice(1, -1));
  const plans = values.filter(isPlanTag);
  const [plan] = plans;
  if (plan !== undefined) {
    if (values.length > 1)
      return { detail: 'expected the ETag of a plan alone, without other tags' };
    return tags[0]?.startsWith('"')
      ? { ifMatch: null, planTag: plan }
      : { detail: 'expected the ETag of a plan without W/, which a proxy may have added' };
  }
  const digests = values.filter(isDigest);
  if (digests.length < values.length) return { detail: malformed };
  return { ifMatch: digests.filter((_, index) => tags[index]?.startsWith('"')), planTag: null };
}
