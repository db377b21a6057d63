/** What is known of the rules by which a registry makes tags immutable. */

/**
 * `hidden`: the account may not ask for the rules. `unreadable`: the registry does not say; while it cannot read its own
 * rules, no tag seems immutable.
 */
export type TagRules = 'readable' | 'hidden' | 'unreadable';

const LEAST_KNOWN_FIRST: readonly TagRules[] = ['unreadable', 'hidden', 'readable'];

/** What is certain over several looks at the rules; `readable` if there is none. */
export function leastKnown(looks: readonly TagRules[]): TagRules {
  return LEAST_KNOWN_FIRST.find((rules) => looks.includes(rules)) ?? 'readable';
}
