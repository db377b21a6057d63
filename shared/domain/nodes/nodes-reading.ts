/** Reading the nodes for a request. */

import type { NodeState, Nodes, NodesReading, NodesReadOptions } from '../../ports/nodes.ts';
import { allowedAge, type RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';

/** How a function reads the nodes. */
export type NodesDemand = Pick<NodesReadOptions, 'maxAgeMs' | 'allowStale' | 'takesHang'>;

/**
 * Reads all nodes. A request with `Cache-Control: no-cache` gets readings that begin now.
 * @throws Problem as `Nodes.read`
 */
export async function readNodes(
  { nodes }: Pick<DomainServices, 'nodes'>,
  request: RequestContext,
  demand: NodesDemand,
): Promise<NodesReading> {
  return request.log.upstream(nodes.read(optionsOf(request, demand)));
}

/** Reads one node as `readNodes` reads all. @returns null if there is no node of that name */
export async function readNode(
  { nodes }: Pick<DomainServices, 'nodes'>,
  request: RequestContext,
  { name, ...demand }: NodesDemand & { readonly name: string },
): Promise<NodeState | null> {
  return request.log.upstream(nodes.readOne(name, optionsOf(request, demand)));
}

/** The names that are known now, for messages. @throws Problem as `Nodes.read` */
export async function nodeNames(nodes: Nodes): Promise<readonly string[]> {
  const { nodes: states } = await nodes.read({ allowStale: true });
  return states.map(({ name }) => name);
}

function optionsOf(request: RequestContext, demand: NodesDemand): NodesReadOptions {
  return {
    ...demand,
    ...allowedAge(request),
    signal: () => request.signal,
    requestId: request.id,
    calls: request.trace,
  };
}
