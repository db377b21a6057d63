/** What the rules by which a registry makes tags immutable prove about the tags that it does not call immutable. */

/**
 * `readable`: the rules were read, and no tag is missing among those that the registry calls immutable. `hidden`: the
 * account may not ask for them. `unreadable`: the registry does not say, or leaves out a tag that the rules may make
 * immutable; while it cannot read its own rules, no tag seems immutable.
 */
export type TagRules = 'readable' | 'hidden' | 'unreadable';

const LEAST_KNOWN_FIRST: readonly TagRules[] = ['unreadable', 'hidden', 'readable'];

/** What is certain over several looks at the rules; `readable` if there is none. */
export function leastKnown(looks: readonly TagRules[]): TagRules {
  return LEAST_KNOWN_FIRST.find((rules) => looks.includes(rules)) ?? 'readable';
}
