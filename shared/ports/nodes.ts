/** The nodes: every host whose bridge is configured, and how it was read. */

import type { Problem } from '../values/problem.ts';
import type { NodeReading } from './bridge.ts';
import type { UpstreamCalls } from './tracing/upstream-calls.ts';

/**
 * `ok`: read in time. `stale`: it cannot be read now, and this is an earlier reading. `unreadable`: nothing is
 * known about it, which never means that it is empty.
 */
type NodeStatus = 'ok' | 'stale' | 'unreadable';

/** One node at the time of an answer. */
export interface NodeState {
  readonly name: string;
  readonly status: NodeStatus;
  /** When the reading began, milliseconds since the epoch; null if there is none. */
  readonly readAtMs: number | null;
  /** Age of the reading, milliseconds; null if there is none. */
  readonly ageMs: number | null;
  /** How long ago its list of containers began, at most, milliseconds. Undefined: it is as old as the reading. */
  readonly containersAgeMs?: number | undefined;
  /** How much of these ages is the wait for slower nodes, milliseconds. Undefined: none. */
  readonly waitedMs?: number;
  /** Why it is `stale` or `unreadable`; null if it is `ok`. Its detail names the node. */
  readonly problem: Problem | null;
  /**
   * The rows of an `ok` or `stale` node. An `unreadable` node may have one if its runtime is in doubt
   * (`runtime_ambiguous`, `runtime_empty`): a use that it shows counts, but it proves nothing else.
   */
  readonly reading: NodeReading | null;
}

/** The contents of a node as they were read, without the time. */
export interface NodeContents extends Pick<NodeState, 'name' | 'reading'> {
  /** False if `reading` says nothing of what is missing in it, as in an `unreadable` node. */
  readonly isReadable: boolean;
}

/** All nodes, by name. */
export interface NodesReading {
  readonly nodes: readonly NodeState[];
  /** True if every node is `ok`. */
  readonly complete: boolean;
  /**
   * The owner of what is made of the readings (`Memo`). Another array if anything in them differs. In a process that
   * keeps readings, the same one as long as the same nodes are readable and have the same readings.
   */
  readonly contents: readonly NodeContents[];
  /** How long ago the oldest list of containers of an `ok` node began, milliseconds; 0 if there is none. */
  readonly containersAgeMs: number;
}

/** The contents of nodes, for `NodesReading`. */
export function contentsOf(nodes: readonly NodeState[]): readonly NodeContents[] {
  return nodes.map(({ name, status, reading }) => ({
    name,
    reading,
    isReadable: status !== 'unreadable',
  }));
}

/** The age of the list of containers; null if there is no reading. */
export function containersAge({
  containersAgeMs,
  ageMs,
}: Pick<NodeState, 'containersAgeMs' | 'ageMs'>): number | null {
  return containersAgeMs ?? ageMs;
}

/** The largest age of a list of containers on which a guard lets something be deleted, milliseconds. */
export const GUARD_MAX_AGE_MS = 1000;

/** Tells whether a bridge must run crictl anew: of its earlier runs it tells the age in whole seconds. */
export function needsNewRun(maxAgeMs: number | undefined): boolean {
  return maxAgeMs !== undefined && maxAgeMs <= GUARD_MAX_AGE_MS;
}

export interface NodesReadOptions {
  /** The largest age of a reading that is shared, milliseconds; 0: only one that begins now. Default: `nodes_config.max_age_ms`. */
  readonly maxAgeMs?: number;
  /** True if a node that cannot be read now may answer with an earlier reading. Never for a guard. */
  readonly allowStale: boolean;
  /** True if it takes a node that has just hung as hanging, whatever `maxAgeMs` is. Default: `allowStale`. */
  readonly takesHang?: boolean;
  /** Aborts this caller's wait. Lazy: creating the signal is expensive on Node. */
  readonly signal?: () => AbortSignal;
  readonly requestId?: string;
  /** As in `HostReadOptions`. Readings that requests share belong to the first of them. */
  readonly calls?: UpstreamCalls;
}

/**
 * The nodes of a service. Without `nodes_config`, the one bridge is the one node. Each implementation passes
 * test/ports/nodes-suite.ts.
 */
export interface Nodes {
  /** True if `nodes_config` names nodes: then the guard of deletions is on unless it is off. */
  readonly configured: boolean;
  /**
   * Reads all nodes side by side. A node that cannot be read does not reject.
   * @throws Problem unsupported_here; bridge_unavailable if neither nodes nor a bridge are configured, or
   *   `nodes_dns` cannot be looked up
   */
  read(options: NodesReadOptions): Promise<NodesReading>;
  /**
   * Reads one node.
   * @returns its state; null if there is no node of that name
   * @throws Problem as `read`
   */
  readOne(name: string, options: NodesReadOptions): Promise<NodeState | null>;
}
