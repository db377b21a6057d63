/** Policies, and what they do with an artifact, in words. */
import type { KeptReason } from '../../domain/cleanup/cleanup-answer.ts';
import type { CompiledPolicy, Policy } from '../../values/policy/policy.ts';
import { humanSize } from '../../values/size.ts';

/** `Artifacts whose tags all match pr-*, in the projects platform, neither pushed nor pulled for 7d.` */
export function policyText(policy: Policy): string {
  const { projects, repositories, older_than, keep_newest, max_deletions, max_bytes } = policy;
  const parts = [
    chosenText(policy),
    projects !== undefined && `in projects that match ${patternsText(projects)}`,
    repositories !== undefined && `in repositories that match ${patternsText(repositories)}`,
    older_than !== undefined && `neither pushed nor pulled for ${older_than}`,
    keep_newest !== undefined &&
      `but not the ${keep_newest === 1 ? 'newest' : `${keep_newest} newest`} of each repository`,
    max_deletions !== undefined && `at most ${max_deletions}`,
    max_bytes !== undefined && `at most ${humanSize(max_bytes)}`,
  ];
  return `${parts.filter((part) => part !== false).join(', ')}.`;
}

function chosenText({ tags = [], untagged = false }: Policy): string {
  if (untagged === 'only') return 'Artifacts without a tag';
  const tagged =
    tags.length === 0
      ? 'Artifacts with any tags'
      : `Artifacts whose tags all match ${patternsText(tags)}`;
  return untagged ? `${tagged}, and artifacts without a tag` : tagged;
}

/** `a, b, and not c` */
function patternsText(patterns: readonly string[]): string {
  const excluded = patterns.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
  const included = patterns.filter((one) => !one.startsWith('!'));
  const shown = included.length === 0 ? 'anything' : included.join(', ');
  return excluded.length === 0 ? shown : `${shown}, and not ${excluded.join(', ')}`;
}

/** Why artifacts are kept, in the order in which the page lists them. */
export const KEPT_TEXTS: Readonly<Record<KeptReason, string>> = {
  in_use: 'A container uses it, or a node needs it',
  present: 'A node has it, although no container uses it',
  immutable: 'Harbor makes one of its tags immutable',
  referenced: 'An index refers to it',
  newest: 'It is one of the newest of its repository',
  too_new: 'It was pushed or pulled too recently',
  other_tags: 'It has a tag that the policy does not cover',
  tagged: 'It has a tag, and the policy is for artifacts without one',
  untagged: 'It has no tag, and the policy keeps such artifacts',
  limit: 'The limit of the policy was reached before it',
};

const RULE_TEXTS: Readonly<Record<string, string>> = {
  tags: 'its tags match',
  keep_newest: 'not one of the newest',
  older_than: 'old enough',
  untagged: 'has no tag',
};

/** The rules that chose a candidate. */
export function rulesText(rules: readonly string[]): string {
  return rules.map((rule) => RULE_TEXTS[rule] ?? rule).join(', ');
}

/** `1 artifact`, `12 artifacts` */
export function artifactsText(count: number): string {
  return `${count} ${count === 1 ? 'artifact' : 'artifacts'}`;
}

const MAX_REASON = 500;

/** The reason of a cleanup, unless someone gives another: the journal has no other trace of the policy. */
export function reasonOf({ name, source }: CompiledPolicy): string {
  if (source.reason !== undefined) return source.reason;
  return name === null
    ? `cleanup: ${policyText(source)}`.slice(0, MAX_REASON)
    : `cleanup by the policy ${name}`;
}

/** Makes the phrase that a user types before a plan is applied. */
export function cleanupConfirmation(count: number): string {
  return `delete ${artifactsText(count)}`;
}
