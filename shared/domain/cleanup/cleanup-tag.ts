/** The ETag of a cleanup's plan, which an apply must send in `If-Match`. */

import { invalidRequest } from '../../ports/invalid-request.ts';
import { compareTexts } from '../../values/compare-texts.ts';
import type { Policy } from '../../values/policy/policy.ts';
import { Problem } from '../../values/problem.ts';
import { shortHash } from '../../values/short-hash.ts';
import type { Candidate } from './cleanup-answer.ts';

/**
 * What a plan is about, without times, ages and sizes. Its parts have a hash each, so that a tag alone tells
 * what has changed since.
 */
export interface PlanSubject {
  readonly policy: Policy;
  readonly nodes: readonly { readonly name: string; readonly status: string }[];
  readonly candidates: readonly Pick<Candidate, 'project' | 'repository' | 'digest' | 'tags'>[];
}

/** Bytes of the hashes: twelve characters of policy and nodes, 32 of the candidates. */
const SHORT_BYTES = 9;
const LONG_BYTES = 24;

/** `plan-POLICY.NODES.COUNT.CANDIDATES` */
const PLAN_TAG = /^plan-[\w-]{12}\.[\w-]{12}\.\d{1,9}\.[\w-]{32}$/;

export function isCleanupTag(text: string): boolean {
  return PLAN_TAG.test(text);
}

/** The tag of a plan, without quotes. */
export async function cleanupTag({ policy, nodes, candidates }: PlanSubject): Promise<string> {
  // The reason decides nothing.
  const { reason: _, ...rules } = policy;
  const members = Object.entries(rules).toSorted(([a], [b]) => compareTexts(a, b));
  const statuses = nodes.map(({ name, status }) => `${name} ${status}`).toSorted(compareTexts);
  const texts = candidates.map(({ project, repository, digest, tags }) =>
    JSON.stringify([project, repository, digest, tags.toSorted(compareTexts)]),
  );
  const [ofPolicy, ofNodes, ofCandidates] = await Promise.all([
    shortHash(JSON.stringify(members), SHORT_BYTES),
    shortHash(JSON.stringify(statuses), SHORT_BYTES),
    shortHash(JSON.stringify(texts.toSorted(compareTexts)), LONG_BYTES),
  ]);
  return `plan-${ofPolicy}.${ofNodes}.${candidates.length}.${ofCandidates}`;
}

/**
 * Reads `If-Match`.
 * @returns the tag that it names
 * @throws Problem plan_required; invalid_request
 */
export function requiredCleanupTag(ifMatch: string | undefined): string {
  if (ifMatch === undefined || ifMatch.trim() === '*') {
    throw new Problem(
      'plan_required',
      'Ask for a plan first: send the request without apply, check what it would delete, and send the ETag of that answer in If-Match.',
    );
  }
  const tag = /^\s*"([^"]*)"\s*$/.exec(ifMatch)?.[1] ?? '';
  if (!isCleanupTag(tag)) {
    const detail =
      'expected the ETag of one plan, such as "plan-…" in double quotes, and not a list';
    throw invalidRequest([{ parameter: 'If-Match', detail }]);
  }
  return tag;
}

/** Part of a tag, and how an operator reads that it has changed. */
const CHANGES = [
  ['policy', 'the policy has changed'],
  ['nodes', 'the nodes or their statuses have changed'],
  ['candidates', 'other artifacts would be deleted'],
] as const;

/** @throws Problem plan_changed, which says what has changed */
export function requireSamePlan(planned: string, current: string): void {
  if (planned === current) return;
  const before = partsOf(planned);
  const now = partsOf(current);
  const changes = CHANGES.filter(([part]) => before[part] !== now[part]);
  const count = `${before.count} before, ${now.count} now`;
  const sentences = changes.map(([part, text]) =>
    part === 'candidates' ? `${text} (${count})` : text,
  );
  throw new Problem(
    'plan_changed',
    `The plan is out of date: ${sentences.join(', ')}. Nothing was deleted. Ask for a plan again, and check it.`,
    { extras: { changed: changes.map(([part]) => part) } },
  );
}

function partsOf(tag: string) {
  const [policy = '', nodes = '', count = '', candidates = ''] = tag
    .slice('plan-'.length)
    .split('.');
  return { policy, nodes, count, candidates: `${count} ${candidates}` };
}
