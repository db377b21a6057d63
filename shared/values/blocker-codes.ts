/** The codes of what can prevent a deletion, for answers and metrics. */

/** Our guards, which `force` overrides. */
export const GUARD_CODES = ['other_tags', 'in_use', 'usage_unknown'] as const;
export type GuardCode = (typeof GUARD_CODES)[number];

export const BLOCKER_CODES = [
  'reference_moved',
  'plan_changed',
  ...GUARD_CODES,
  'artifact_immutable',
  'artifact_referenced',
  'harbor_read_only',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];
