/** Makes the plan of a cleanup from what the nodes and the registry say now. */

import { GUARD_MAX_AGE_MS, type NodesReading } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { firstNames } from '../../values/first-names.ts';
import { isProjectName, type ProjectName, type RepositoryAt } from '../../values/names.ts';
import type { CompiledPolicy } from '../../values/policy/policy.ts';
import { Problem } from '../../values/problem.ts';
import { inSteps } from '../../values/waiting/give-way.ts';
import { withDoubtsDecided } from '../images/doubts.ts';
import { sharedHeldIndex } from '../images/held-index.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import { unprovenNodes } from '../nodes/proof.ts';
import { REMOVE_ONLY_IF_GONE } from '../nodes/removal-advice.ts';
import { type RepositoryWithRules, readRegistry } from '../registry/whole-registry.ts';
import { type CleanupPlan, planCleanup } from './cleanup-plan.ts';
import { cleanupTag, requireSamePlan } from './cleanup-tag.ts';
import { holdingsIn } from './holding.ts';

/** How many nodes a message names, and of how many it says why; the problem's `unreadable` has all. */
const MAX_NAMED = 20;
const MAX_DETAILS = 3;

/** A plan with what it was made from. */
export interface MadePlan extends Pick<CleanupPlan, 'candidates' | 'kept'> {
  readonly policy: CompiledPolicy;
  readonly reading: NodesReading;
  /** True if Harbor has shown the rules of immutable tags of every project, and its lists agree with them. */
  readonly rulesProven: boolean;
  /** Its ETag, without quotes. */
  readonly tag: string;
}

export interface PlanningOptions {
  readonly policy: CompiledPolicy;
  /** True if the plan is to be applied. */
  readonly apply: boolean;
}

/**
 * Makes a plan. Changes nothing.
 * @throws Problem usage_unknown if a node cannot be read, or lists its containers so slowly that each deletion would be
 *   refused, whatever `delete_guard` is; of Harbor, also if it cannot read its rules of immutable tags
 */
export async function makePlan(
  services: DomainServices,
  request: RequestContext,
  options: PlanningOptions,
): Promise<MadePlan> {
  const { metrics } = services;
  try {
    const made = await plan(services, request, options);
    if (!options.apply) metrics.count('image_api_cleanup_runs_total', { outcome: 'planned' });
    return made;
  } catch (err) {
    metrics.count('image_api_cleanup_runs_total', { outcome: 'failed' });
    throw err;
  }
}

/**
 * Refuses to apply a plan that is no longer the one whose tag the caller has.
 * @throws Problem plan_changed, which says what has changed
 */
export function requirePlanned(
  { metrics }: Pick<DomainServices, 'metrics'>,
  { tag, made }: { readonly tag: string; readonly made: MadePlan },
): void {
  try {
    requireSamePlan(tag, made.tag);
  } catch (err) {
    metrics.count('image_api_cleanup_runs_total', { outcome: 'refused' });
    throw err;
  }
}

async function plan(
  services: DomainServices,
  request: RequestContext,
  { policy, apply }: PlanningOptions,
): Promise<MadePlan> {
  const { memo, now } = services;
  // As for the guard of its deletions. An older reading does not tell whether a node is slow.
  const reading = await readNodes(services, request, {
    allowStale: false,
    maxAgeMs: GUARD_MAX_AGE_MS,
  });
  requireAllNodes(reading);
  const registry = services.registry.session(request);
  const covered = readRegistry({
    registry,
    projects: projectsOf(policy),
    isWanted: (at) => covers(policy, at),
    // Lists for a plan to apply begin now.
    ...((request.isFresh || apply) && { maxAgeMs: 0 }),
  });
  const repositories = await request.log.upstream(covered);
  requireRules(repositories);
  const held = sharedHeldIndex(memo, reading);
  const nowMs = now();
  const planned = withDoubtsDecided({ registry, held }, (configs) =>
    inSteps(
      planCleanup({
        policy,
        repositories,
        holdingsIn: (repository) => holdingsIn(held, repository, configs),
        nowMs,
      }),
      services.giveWay,
    ),
  );
  const { candidates, kept } = await request.log.upstream(planned);
  const tag = await cleanupTag({ policy: policy.source, nodes: reading.nodes, candidates });
  const rulesProven = repositories.every(({ tagRules }) => tagRules === 'readable');
  return { candidates, kept, policy, reading, rulesProven, tag };
}

/**
 * A node that cannot be read, or not quickly enough, may run anything, so nothing can be called unused. No parameter
 * overrides this.
 * @throws Problem usage_unknown, which names the nodes
 */
export function requireAllNodes({ nodes }: NodesReading): void {
  const unread = unprovenNodes(nodes);
  if (nodes.length > 0 && unread.length === 0) return;
  const names = unread.map(({ name }) => name);
  const detail =
    nodes.length === 0
      ? 'No nodes are known, so it is unknown what is in use. Name them in nodes_config.'
      : `It is unknown what is in use on ${firstNames(names, MAX_NAMED)}. ${unread
          .slice(0, MAX_DETAILS)
          .map(({ problem }) => problem?.message ?? '')
          .join(' ')}`.trim();
  throw new Problem(
    'usage_unknown',
    `${detail} A cleanup must read every node. Fix the problem and try again. ${REMOVE_ONLY_IF_GONE}`,
    { extras: { unreadable: names } },
  );
}

/**
 * While Harbor cannot read its rules, tags do not seem immutable that are. No parameter overrides this.
 * @throws Problem harbor_error, which names the projects
 */
function requireRules(repositories: readonly RepositoryWithRules[]): void {
  const unread = repositories.filter(({ tagRules }) => tagRules === 'unreadable');
  if (unread.length === 0) return;
  const names = new Set(unread.map(({ at }) => at.project));
  throw new Problem(
    'harbor_error',
    `Check Harbor's database and the log of harbor-core, and try again. Harbor does not say which tags are immutable in ${firstNames([...names], MAX_NAMED)}, and a cleanup needs to know.`,
  );
}

/** The projects to ask for, if the policy names them one by one; null: all. */
function projectsOf({ source: { projects = [] } }: CompiledPolicy): readonly ProjectName[] | null {
  const names = projects.filter(isProjectName);
  return names.length > 0 && names.length === projects.length ? [...new Set(names)] : null;
}

function covers(policy: CompiledPolicy, { project, repository }: RepositoryAt): boolean {
  return policy.coversProject(project) && policy.coversRepository(`${project}/${repository}`);
}
