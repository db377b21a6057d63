/** The nodes of a service, from plain rows. A test changes the rows while the service works. */

import { runtimeDoubt } from '../../shared/domain/nodes/runtime-doubt.ts';
import type {
  HostContainer,
  HostImage,
  NodeFacts,
  NodeReading,
} from '../../shared/ports/bridge.ts';
import { NodeProblem } from '../../shared/ports/node-problem.ts';
import {
  contentsOf,
  type NodeState,
  type Nodes,
  type NodesReadOptions,
} from '../../shared/ports/nodes.ts';
import { Problem } from '../../shared/values/problem.ts';

/** What a node has. What is not given is empty. */
interface NodeRows {
  readonly images?: readonly HostImage[];
  readonly containers?: readonly HostContainer[];
  /** Null: the bridge is of the previous wire version. */
  readonly facts?: Partial<NodeFacts> | null;
  /** Sockets, if it is not known which runtime runs the pods. */
  readonly ambiguous?: readonly string[];
}

/** A node that cannot be read now, with an earlier reading. */
interface StaleNode {
  readonly stale: NodeRows;
  readonly problem?: Problem;
}

/** A node by its rows, or the problem of a node that cannot be read. */
export type NodesByName = Record<string, NodeRows | StaleNode | Problem>;

/** When each reading begins. */
export const READ_AT_MS = Date.UTC(2026, 10, 2, 9, 30);
const STALE_AGE_MS = 12_000;

/** A service's `nodes`. `reads`: the options of each read, in order. */
export function nodesOf(byName: NodesByName): Nodes & { readonly reads: NodesReadOptions[] } {
  const reads: NodesReadOptions[] = [];
  const readings = new WeakMap<NodeRows, NodeReading>();
  const states = (options: NodesReadOptions): NodeState[] => {
    reads.push(options);
    options.signal?.().throwIfAborted();
    return Object.keys(byName)
      .toSorted()
      .flatMap((name) => {
        const node = byName[name];
        return node === undefined ? [] : [stateOf(name, node, { options, readings })];
      });
  };
  return {
    configured: true,
    reads,
    read: async (options) => {
      const nodes = states(options);
      return {
        nodes,
        complete: nodes.every(({ status }) => status === 'ok'),
        contents: contentsOf(nodes),
        containersAgeMs: 0,
      };
    },
    readOne: async (name, options) => states(options).find((node) => node.name === name) ?? null,
  };
}

/** How a bridge that refuses the connection shows. */
export function unreachable(name: string): Problem {
  return new Problem('bridge_unavailable', `The bridge of ${name} refused the connection.`);
}

interface StateContext {
  readonly options: NodesReadOptions;
  /** A reading keeps its identity while nothing has changed. */
  readonly readings: WeakMap<NodeRows, NodeReading>;
}

function stateOf(
  name: string,
  node: NodeRows | StaleNode | Problem,
  { options, readings }: StateContext,
): NodeState {
  if (node instanceof Problem) return unreadable(name, node);
  if ('stale' in node) {
    const problem = node.problem ?? unreachable(name);
    if (!options.allowStale) return unreadable(name, problem);
    const reading = readingOf(name, node.stale, readings);
    const readAtMs = READ_AT_MS - STALE_AGE_MS;
    return { name, status: 'stale', readAtMs, ageMs: STALE_AGE_MS, problem, reading };
  }
  const reading = readingOf(name, node, readings);
  const doubt = runtimeDoubt(reading);
  if (doubt !== null) return { ...unreadable(name, new NodeProblem(name, doubt)), reading };
  return { name, status: 'ok', readAtMs: READ_AT_MS, ageMs: 0, problem: null, reading };
}

function unreadable(name: string, problem: Problem): NodeState {
  return { name, status: 'unreadable', readAtMs: null, ageMs: null, problem, reading: null };
}

function readingOf(
  name: string,
  node: NodeRows,
  readings: WeakMap<NodeRows, NodeReading>,
): NodeReading {
  const known = readings.get(node);
  if (known !== undefined) return known;
  const { images = [], containers = [], facts, ambiguous } = node;
  const reading: NodeReading = {
    facts: facts === null ? null : factsOf(name, facts),
    images,
    containers,
    ...(ambiguous && { ambiguous }),
  };
  readings.set(node, reading);
  return reading;
}

function factsOf(name: string, given: Partial<NodeFacts> = {}): NodeFacts {
  const runtime = { name: 'containerd', version: 'v2.1.4' };
  return { name, instance: `instance-of-${name}`, runtime, image_filesystems: null, ...given };
}
