/** The list of GET /nodes, for the function and its page. */
import type { FunctionContext } from '../../http/function.ts';
import { defineList } from '../../http/list-answer.ts';
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
  c: FunctionContext,
): Promise<{ readonly complete: boolean; readonly nodes: readonly NodeRow[] }> {
  const { memo } = c.get('services');
  const { nodes, complete } = await readNodes(c, { allowStale: true });
  return { complete, nodes: nodes.map((state) => nodeRow(state, memo)) };
}
