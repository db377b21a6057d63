/**
 * The `ETag` of a deletion plan: a hash of all that it covers, then a short one of each member. With them, a
 * deletion can tell which members of its plan have changed.
 */

import { shortHash } from '../../values/short-hash.ts';

/** The members that the tag covers, in the order of the hashes. Changing the list makes earlier tags invalid. */
const MEMBERS = [
  'reference',
  'digest',
  'tags',
  'children',
  'accessories',
  'indexes',
  'immutable_tags',
  'read_only',
  'size_bytes',
  'usage',
  'uses',
  'present_on',
  'nodes',
  'other_repositories',
  'blockers',
  'tag_only',
] as const;
export type PlanMember = (typeof MEMBERS)[number];

/** The text of each member, without times and ages. The same plan always has the same texts. */
export type PlanContent = Readonly<Record<PlanMember, string>>;

declare const checked: unique symbol;
/** `plan-…`, without quotes. */
export type PlanTag = string & { readonly [checked]: true };

/** Bytes of the hash of all members, and of each; three bytes are four characters. */
const WHOLE_BYTES = 18;
const MEMBER_BYTES = 3;
const WHOLE_LENGTH = (WHOLE_BYTES / 3) * 4;
const MEMBER_LENGTH = (MEMBER_BYTES / 3) * 4;
const PATTERN = new RegExp(`^plan-[\\w-]{${WHOLE_LENGTH + MEMBERS.length * MEMBER_LENGTH}}$`);

export function isPlanTag(text: string): text is PlanTag {
  return PATTERN.test(text);
}

/** The tag of a plan. */
export async function planTag(content: PlanContent): Promise<PlanTag> {
  const whole = JSON.stringify(MEMBERS.map((member) => content[member]));
  const hashes = await Promise.all([
    shortHash(whole, WHOLE_BYTES),
    ...MEMBERS.map((member) => shortHash(content[member], MEMBER_BYTES)),
  ]);
  return `plan-${hashes.join('')}` as PlanTag;
}

/** The members that have changed since a plan with this tag; null if none has. */
export async function changesSince(
  tag: PlanTag,
  content: PlanContent,
): Promise<readonly PlanMember[] | null> {
  const current = await planTag(content);
  if (current === tag) return null;
  const start = 'plan-'.length + WHOLE_LENGTH;
  return MEMBERS.filter((_, index) => {
    const from = start + index * MEMBER_LENGTH;
    const to = from + MEMBER_LENGTH;
    return current.slice(from, to) !== tag.slice(from, to);
  });
}

/** The members that differ between two plans; null if none does. */
export function changesBetween(
  before: PlanContent,
  after: PlanContent,
): readonly PlanMember[] | null {
  const changed = MEMBERS.filter((member) => before[member] !== after[member]);
  return changed.length === 0 ? null : changed;
}
