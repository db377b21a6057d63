/** The list of GET /nodes, for the function and its page. */
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { defineList } from '../../values/list.ts';
import { nodeRow } from './node-rows.ts';
import type { NodeRow } from './node-rows-answer.ts';
import { readNodes } from './nodes-reading.ts';

export const nodeList = defineList<NodeRow>({
  sortable: [
    'name',
    'status',
    'images',
    'images_bytes',
    'disk_bytes',
    'containers',
    'reclaimable_bytes_max',
  ],
  searched: (row) => [row.name],
});

/** Every node with its figures. @throws Problem as `Nodes.read` */
export async function findNodes(
  services: DomainServices,
  request: RequestContext,
): Promise<{ readonly complete: boolean; readonly nodes: readonly NodeRow[] }> {
  const { memo } = services;
  const { nodes, complete } = await readNodes(services, request, { allowStale: true });
  return { complete, nodes: nodes.map((state) => nodeRow(state, memo)) };
}
