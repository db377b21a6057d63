/** Reading the nodes for a request. */

import type { FunctionContext } from '../../http/function.ts';
import { allowedAge } from '../../http/host-reading.ts';
import type { NodeState, Nodes, NodesReading, NodesReadOptions } from '../../ports/nodes.ts';

/** How a function reads the nodes. */
export type NodesDemand = Pick<NodesReadOptions, 'maxAgeMs' | 'allowStale'>;

/**
 * Reads all nodes. A request with `Cache-Control: no-cache` gets readings that begin now.
 * @throws Problem as `Nodes.read`
 */
export async function readNodes(c: FunctionContext, demand: NodesDemand): Promise<NodesReading> {
  const { nodes } = c.get('services');
  return c.get('log').upstream(nodes.read(optionsOf(c, demand)));
}

/** Reads one node as `readNodes` reads all. @returns null if there is no node of that name */
export async function readNode(
  c: FunctionContext,
  name: string,
  demand: NodesDemand,
): Promise<NodeState | null> {
  const { nodes } = c.get('services');
  return c.get('log').upstream(nodes.readOne(name, optionsOf(c, demand)));
}

/** The names that are known now, for messages. @throws Problem as `Nodes.read` */
export async function nodeNames(nodes: Nodes): Promise<readonly string[]> {
  const { nodes: states } = await nodes.read({ allowStale: true });
  return states.map(({ name }) => name);
}

function optionsOf(c: FunctionContext, demand: NodesDemand): NodesReadOptions {
  return {
    ...demand,
    ...allowedAge(c),
    signal: () => c.req.raw.signal,
    requestId: c.get('requestId'),
    calls: c.get('trace'),
  };
}
