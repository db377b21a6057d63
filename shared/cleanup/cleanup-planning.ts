/** Makes the plan of a cleanup from what the nodes and the registry say now. */
import type { RepositoryAt } from '../harbor/http/url.ts';
import { sideBySide } from '../harbor/lists/side-by-side.ts';
import { isProjectName } from '../harbor/names.ts';
import type { HarborSession } from '../harbor/session.ts';
import type { FunctionContext } from '../http/function.ts';
import type { NodesReading } from '../nodes/nodes.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import { Problem } from '../problem.ts';
import type { RegistryArtifact, RegistryReadOptions } from '../registry/registry-reader.ts';
import { type HeldIndex, heldIndexOf } from '../use/held-index.ts';
import {
  type CleanupPlan,
  type CoveredRepository,
  type Holding,
  planCleanup,
} from './cleanup-plan.ts';
import { cleanupTag } from './cleanup-tag.ts';
import { holdingOf } from './holding.ts';
import type { CompiledPolicy } from './policy.ts';

/** A plan with what it was made from. */
export interface MadePlan extends CleanupPlan {
  readonly policy: CompiledPolicy;
  readonly reading: NodesReading;
  /** Its ETag, without quotes. */
  readonly tag: string;
}

export interface PlanningOptions {
  readonly policy: CompiledPolicy;
  readonly session: HarborSession;
  /** The largest age of readings of nodes, and of lists of the registry. Absent: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: { readonly nodes: number; readonly registry: number };
}

/**
 * Makes a plan. Changes nothing.
 * @throws Problem usage_unknown if a node cannot be read, whatever `delete_guard` is; or of Harbor
 */
export async function makePlan(
  c: FunctionContext,
  { policy, session, maxAgeMs }: PlanningOptions,
): Promise<MadePlan> {
  const { memo, now } = c.get('services');
  const reading = await readNodes(c, {
    allowStale: false,
    ...(maxAgeMs && { maxAgeMs: maxAgeMs.nodes }),
  });
  requireAllNodes(reading);
  const lists = maxAgeMs === undefined ? {} : { maxAgeMs: maxAgeMs.registry };
  const repositories = await coveredRepositories(c, { policy, session, lists });
  const held = heldIndexOf(memo, reading);
  const plan = planCleanup({
    policy,
    repositories,
    holdingOf: (repository, artifact) => holdingIn(held, repository, artifact),
    nowMs: now(),
  });
  const { candidates } = plan;
  const tag = await cleanupTag({ policy: policy.source, nodes: reading.nodes, candidates });
  return { ...plan, policy, reading, tag };
}

/**
 * A node that cannot be read may run anything, so nothing can be called unused. There is no way around.
 * @throws Problem usage_unknown, which names the nodes
 */
export function requireAllNodes({ nodes }: NodesReading): void {
  const unread = nodes.filter(({ status }) => status !== 'ok');
  if (nodes.length > 0 && unread.length === 0) return;
  const names = unread.map(({ name }) => name);
  const detail =
    nodes.length === 0
      ? 'No nodes are known, so it is unknown what is in use.'
      : `It is unknown what is in use on ${names.join(', ')}. ${unread
          .slice(0, 3)
          .map(({ problem }) => problem?.message ?? '')
          .join(' ')}`.trim();
  throw new Problem(
    'usage_unknown',
    `${detail} A cleanup must read every node. Fix the problem, or remove the node from nodes_config, and try again.`,
    { extras: { unreadable: names } },
  );
}

interface Reading {
  readonly policy: CompiledPolicy;
  readonly session: HarborSession;
  readonly lists: RegistryReadOptions;
}

/** All artifacts of the repositories that the policy covers. */
async function coveredRepositories(
  c: FunctionContext,
  { policy, session, lists }: Reading,
): Promise<readonly CoveredRepository[]> {
  const { registry } = c.get('services');
  const read = session.admit(async (signal) => {
    const options = { ...lists, signal };
    const names = await sideBySide(signal, projectsOf(policy), (project, either) =>
      registry.repositories(session, project, { ...options, signal: either }),
    );
    const covered = names.flat().filter((at) => covers(policy, at));
    return sideBySide(signal, covered, async (at, either) => ({
      at,
      // A repository that has gone in the meantime has nothing to delete.
      artifacts: (await registry.artifacts(session, at, { ...options, signal: either })) ?? [],
    }));
  });
  return c.get('log').upstream(read);
}

/** The projects to ask for, if the policy names them one by one; null: all. */
function projectsOf({ source: { projects = [] } }: CompiledPolicy) {
  const names = projects.filter(isProjectName);
  return names.length > 0 && names.length === projects.length ? [...new Set(names)] : [null];
}

function covers(policy: CompiledPolicy, { project, repository }: RepositoryAt): boolean {
  return policy.coversProject(project) && policy.coversRepository(`${project}/${repository}`);
}

function holdingIn(
  held: HeldIndex,
  { at }: CoveredRepository,
  artifact: RegistryArtifact,
): Holding | null {
  const { digest, tags, children } = artifact;
  const repository = `${at.project}/${at.repository}`;
  return holdingOf(held, { repository, digest, tags, children });
}
