/** The lists of GET /compare, for the function and its page. */

import type { NodesReading } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { defineList } from '../../values/list.ts';
import { readNodes } from '../nodes/nodes-reading.ts';
import type { ComparedImage, Skew } from './compare-answer.ts';
import { type Comparison, compareNodes } from './comparison.ts';

export const comparedImageList = defineList<ComparedImage>({
  sortable: ['digest', 'id', 'size_bytes'],
  searched: (row) => [...row.names, row.digest ?? '', row.id ?? ''],
});

/** They keep their order by name: the fields of `sort` are not theirs. */
export const skewList = defineList<Skew>({
  sortable: ['name'],
  searched: ({ name, variants }) => [name, ...variants.map(({ digest, id }) => digest ?? id ?? '')],
});

/** Compares the images of all nodes, less the ignored ones. @throws Problem as `Nodes.read` */
export async function findComparison(
  services: DomainServices,
  request: RequestContext,
): Promise<{ readonly reading: NodesReading; readonly comparison: Comparison }> {
  const { memo, ignoreList } = services;
  const reading = await readNodes(services, request, { allowStale: true });
  const ignored = ignoreList();
  const comparison = memo(compareNodes, reading.contents, ignored);
  return { reading, comparison };
}
