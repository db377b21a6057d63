/** The list of GET /nodes/{node}/images, for the function and its page. */

import type { NodeState } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { firstNames } from '../../values/first-names.ts';
import { defineList } from '../../values/list.ts';
import { Problem } from '../../values/problem.ts';
import { nodeImageRows } from './node-rows.ts';
import type { NodeImage } from './node-rows-answer.ts';
import { nodeNames, readNode } from './nodes-reading.ts';

/** How many names a message has; the problem's `nodes` has all. */
const MAX_NAMED = 20;

export const nodeImageList = defineList<NodeImage>({
  sortable: [
    'repository',
    'tag',
    'image_id',
    'size',
    'id',
    'digest',
    'size_bytes',
    'pinned',
    'in_use',
  ],
  searched: (row) => [`${row.repository}:${row.tag}`],
});

/** A node in any state. @throws Problem not_found if there is no node of that name */
export async function findNode(
  services: DomainServices,
  request: RequestContext,
  name: string,
): Promise<NodeState> {
  const node = await readNode(services, request, { name, allowStale: true });
  if (node === null) throw unknownNode(name, await nodeNames(services.nodes));
  return node;
}

/**
 * A node and its images without the ignored ones.
 * @throws Problem as `findNode`; that of the node if it cannot be read
 */
export async function findNodeImages(
  services: DomainServices,
  request: RequestContext,
  name: string,
): Promise<{ readonly node: NodeState; readonly images: readonly NodeImage[] }> {
  const { memo, ignoreList } = services;
  const node = await findNode(services, request, name);
  const { reading, problem, status } = node;
  if (reading === null || status === 'unreadable') throw problem ?? new Error('no reading');
  const ignored = ignoreList();
  return { node, images: memo(nodeImageRows, reading, ignored) };
}

function unknownNode(name: string, known: readonly string[]): Problem {
  return new Problem(
    'not_found',
    `There is no node ${name}. The nodes are: ${firstNames(known, MAX_NAMED)}.`,
    { extras: { nodes: known } },
  );
}
