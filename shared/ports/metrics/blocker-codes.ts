/** The codes of what can prevent a deletion. */
export const BLOCKER_CODES = [
  'reference_moved',
  'plan_changed',
  'other_tags',
  'in_use',
  'usage_unknown',
  'artifact_immutable',
  'artifact_referenced',
  'harbor_read_only',
] as const;
export type BlockerCode = (typeof BLOCKER_CODES)[number];
