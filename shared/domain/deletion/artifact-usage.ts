/** Tells whether the nodes use an artifact, or why that cannot be determined. */

import { GUARD_MAX_AGE_MS, type NodeState, type NodesReading } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { Problem } from '../../values/problem.ts';
import { type SoughtArtifact, soughtArtifact } from '../images/artifact-match.ts';
import { byPlace, usesOn } from '../images/artifact-uses.ts';
import { type HostIndex, sharedHostIndex } from '../images/host-index.ts';
import { hostUsage, otherDigestsInUse } from '../images/host-usage.ts';
import type { UsageArtifact } from '../images/usage-artifact.ts';
import {
  inUseDetail,
  type NodeUsage,
  presentDetail,
  unknownDetail,
  unreadDetail,
} from '../images/usage-detail.ts';
import type { Use } from '../images/use.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import { unprovenNodes } from '../nodes/proof.ts';
import type { Usage } from './deletion-answer.ts';

export interface ArtifactUsage {
  readonly usage: Usage;
  /** Sentences for the operator; empty when there is nothing to say. */
  readonly detail: string;
  /** Names of the nodes that use it. */
  readonly inUseOn: readonly string[];
  /** Names of the nodes that have it and do not use it. */
  readonly presentOn: readonly string[];
}

/** The state of the nodes at one time. */
export interface HostState {
  /** When the first list of containers began, on the monotonic clock; infinite if none is read, so that it is never old. */
  readonly atMs: number;
  /** How the nodes were read; null if they were not. */
  readonly nodes: NodesReading | null;
  /** How the nodes use an artifact. */
  readonly usageOf: (artifact: UsageArtifact) => ArtifactUsage;
  /** Finds what uses the artifact, node by node: containers, and images that the runtime itself needs. */
  readonly usesOf: (artifact: UsageArtifact) => readonly Use[];
  /** Whether any node has an image without a digest, so that the configurations of an artifact decide. */
  readonly hasBareIds: boolean;
  /** As `otherDigestsInUse`. */
  readonly otherDigests: (artifact: UsageArtifact) => readonly string[];
}

export interface HostDemand {
  /** True if the reading must begin now, because a deletion is to follow. */
  readonly fresh: boolean;
  /** A cleanup asks whatever `delete_guard` says, and its deletions share readings. */
  readonly isCleanup: boolean;
}

/**
 * Reads all nodes. What cannot be read does not reject: the usage is then `unknown`, not `absent`.
 * @throws Problem overloaded
 */
export async function readHostState(
  services: DomainServices,
  request: RequestContext,
  { fresh, isCleanup }: HostDemand,
): Promise<HostState> {
  if (!isCleanup && !guardApplies(services))
    return unread('not_checked', '', Number.POSITIVE_INFINITY);
  const { monotonic, nodes } = services;
  try {
    const maxAgeMs = fresh && !isCleanup ? 0 : sharedMaxAgeMs(services);
    const reading = await readNodes(services, request, { maxAgeMs, allowStale: false });
    if (reading.nodes.length === 0) return unread('unknown', NO_NODES, monotonic());
    // A busy host is not an unreadable one: the client must try again later.
    const busy = nodes.configured ? undefined : reading.nodes.find(isBusy);
    if (busy?.problem) throw busy.problem;
    return stateOf(services, reading, monotonic() - reading.containersAgeMs);
  } catch (err) {
    if (!(err instanceof Problem) || err.code === 'overloaded') throw err;
    return unread('unknown', unreadDetail([{ node: null, problem: err }]), monotonic());
  }
}

/**
 * The age of readings that plans, and the many deletions of a cleanup, share. A host that is the only one shares runs of
 * crictl as long as its own key says.
 */
function sharedMaxAgeMs({ nodes, configuration }: DomainServices): number {
  const { crictl_max_age_ms } = configuration.crictl_config;
  return nodes.configured ? GUARD_MAX_AGE_MS : Math.min(GUARD_MAX_AGE_MS, crictl_max_age_ms);
}

const NO_NODES =
  'There are no nodes, so it is not known what uses the artifact. Check nodes_config.';

function isBusy({ problem }: NodeState): boolean {
  return problem?.code === 'overloaded';
}

function unread(usage: Usage, detail: string, atMs: number): HostState {
  return {
    atMs,
    nodes: null,
    usageOf: () => ({ usage, detail, inUseOn: [], presentOn: [] }),
    usesOf: () => [],
    hasBareIds: false,
    otherDigests: () => [],
  };
}

/** A node with the index of its reading; null if it has none. */
interface IndexedNode {
  readonly state: NodeState;
  readonly index: HostIndex | null;
}

function stateOf(
  { memo, nodes: service }: DomainServices,
  reading: NodesReading,
  atMs: number,
): HostState {
  // The only host needs no name.
  const isNamed = service.configured;
  const nodes = reading.nodes.map((state): IndexedNode => {
    const { reading: rows } = state;
    return { state, index: rows && sharedHostIndex(memo, rows) };
  });
  return {
    atMs,
    nodes: reading,
    usageOf: (artifact) => usageOn(nodes, soughtArtifact(artifact), isNamed),
    usesOf: (artifact) => {
      const sought = soughtArtifact(artifact);
      return nodes
        .flatMap(({ state, index }) =>
          index === null ? [] : usesThatBlock(state.name, index, sought),
        )
        .toSorted(byPlace);
    },
    hasBareIds: nodes.some(({ index }) => index !== null && index.bareIds.size > 0),
    otherDigests: (artifact) => {
      const sought = soughtArtifact(artifact);
      const digests = nodes.flatMap(({ index }) =>
        index === null ? [] : otherDigestsInUse(index, sought),
      );
      return [...new Set(digests)];
    },
  };
}

/** Images that no container uses count only if the runtime itself needs them. */
function usesThatBlock(node: string, index: HostIndex, artifact: SoughtArtifact): readonly Use[] {
  const uses = usesOn(node, index, artifact);
  const byContainers = uses.filter(({ container }) => container !== null);
  if (byContainers.length > 0) return byContainers;
  return hostUsage(index, artifact).usage === 'in_use' ? uses : [];
}

/** The first that applies to any node of `in_use`, `unknown`, `present` and `absent`. */
function usageOn(
  nodes: readonly IndexedNode[],
  artifact: SoughtArtifact,
  isNamed: boolean,
): ArtifactUsage {
  const found = nodes.flatMap(({ state, index }) =>
    index === null ? [] : [{ state, ...hostUsage(index, artifact) }],
  );
  const namesOf = (usage: Usage) =>
    found.filter((one) => one.usage === usage).map(({ state }) => state.name);
  const usage = { inUseOn: namesOf('in_use'), presentOn: namesOf('present') };
  const withUsage = (wanted: Usage): NodeUsage[] =>
    found
      .filter((one) => one.usage === wanted)
      .map(({ state, ...one }) => ({ ...one, node: isNamed ? state.name : null }));

  // A node that is in doubt may have more containers, but a use that was found counts in any case.
  const users = withUsage('in_use');
  if (users.length > 0) return { ...usage, usage: 'in_use', detail: inUseDetail(users) };
  const unread = unprovenNodes(nodes.map(({ state }) => state)).map(({ name, problem }) => ({
    node: isNamed ? name : null,
    problem,
  }));
  const unknown = withUsage('unknown');
  if (unread.length + unknown.length > 0) {
    const detail = [unreadDetail(unread), unknownDetail(unknown)].filter(Boolean).join(' ');
    return { ...usage, usage: 'unknown', detail };
  }
  const holders = withUsage('present');
  return holders.length > 0
    ? { ...usage, usage: 'present', detail: presentDetail(holders) }
    : { ...usage, usage: 'absent', detail: '' };
}

/** `auto` skips the nodes only if there is one, and it has no container runtime. */
function guardApplies({ bridge, configuration, nodes }: DomainServices): boolean {
  const { delete_guard } = configuration.delete_config;
  if (delete_guard !== 'auto') return delete_guard === 'on';
  return nodes.configured || bridge.runtimeExpected();
}
