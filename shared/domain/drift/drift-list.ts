/** The list of GET /drift, for the function and its page. */

import * as z from 'zod/mini';
import { invalidRequest } from '../../ports/invalid-request.ts';
import { containersAge, contentsOf, type NodesReading } from '../../ports/nodes.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { firstNames } from '../../values/first-names.ts';
import { defineList } from '../../values/list.ts';
import { nodeNames, readNode, readNodes } from '../nodes/nodes-reading.ts';
import { DRIFT_STATUSES, type DriftRow } from './drift-answer.ts';
import { type Drift, readDrift } from './read-drift.ts';

export const driftList = defineList<DriftRow>({
  sortable: ['status', 'repository', 'tag', 'digest', 'running'],
  searched: (row) => [`${row.repository}:${row.tag ?? ''}`, row.digest ?? ''],
});

const STATUS = `expected one of ${DRIFT_STATUSES.join(', ')}`;
// An unknown parameter is refused: a misspelt filter would answer more than was asked for.
export const driftQuery = z.strictObject({
  ...driftList.query.shape,
  node: z.optional(z.string('expected the name of a node')),
  status: z.optional(z.enum(DRIFT_STATUSES, STATUS)),
  running: z.optional(z.boolean('expected true or false')),
  namespace: z.optional(z.string('expected the name of a namespace')),
});

/** The part of the query that selects the rows of an answer. */
export type DriftFilter = Pick<z.output<typeof driftQuery>, 'status' | 'running'>;
/** The part of the query that selects what is compared. */
export type DriftScope = Pick<z.output<typeof driftQuery>, 'node' | 'namespace'>;

/** How many names a message has. */
const MAX_NAMED = 20;

const LOOKING = { allowStale: true } as const;

/**
 * Compares the nodes, or one of them, with the registry. The reading is not complete either if an image could
 * not be compared.
 * @throws Problem invalid_request if no node has the name; as `readDrift`
 */
export async function findDrift(
  services: DomainServices,
  request: RequestContext,
  { node, namespace }: DriftScope,
): Promise<{ readonly reading: NodesReading; readonly found: Drift }> {
  const nodes =
    node === undefined
      ? await readNodes(services, request, LOOKING)
      : await readOneNode(services, request, node);
  const found = await readDrift(services, request, {
    reading: nodes,
    namespace: namespace ?? null,
  });
  const reading = { ...nodes, complete: nodes.complete && found.errors.length === 0 };
  return { reading, found };
}

/** The rows that a filter keeps. The same array for the same rows and filter. */
export function keptRows(
  { memo }: Pick<DomainServices, 'memo'>,
  { rows }: Drift,
  { status, running }: DriftFilter,
): readonly DriftRow[] {
  return memo(filterRows, rows, status, running);
}

function filterRows(
  rows: readonly DriftRow[],
  status: DriftFilter['status'],
  running: DriftFilter['running'],
): readonly DriftRow[] {
  return rows.filter(
    (row) =>
      (status === undefined || row.status === status) &&
      (running === undefined || row.running === running),
  );
}

/** Reads one node. A name that no node has is refused, because an empty answer would look like good news. */
async function readOneNode(
  services: DomainServices,
  request: RequestContext,
  name: string,
): Promise<NodesReading> {
  const node = await readNode(services, request, { name, ...LOOKING });
  if (node === null) {
    const names = await nodeNames(services.nodes);
    const detail = `there is no node of this name; the nodes are ${firstNames(names, MAX_NAMED)}`;
    throw invalidRequest([{ parameter: 'node', detail }]);
  }
  return {
    nodes: [node],
    complete: node.status === 'ok',
    contents: contentsOf([node]),
    containersAgeMs: containersAge(node) ?? 0,
  };
}
