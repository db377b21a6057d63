/** GET /drift: every image on any node, compared with the registry. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import { DRIFT_STATUSES, type DriftRow } from '../shared/drift/drift-answer.ts';
import { readDrift } from '../shared/drift/read-drift.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeRegistry } from '../shared/edge/edge-registry.ts';
import { firstNames } from '../shared/first-names.ts';
import { readingListHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction, type FunctionContext } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { defineList } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';
import type { NodesReading } from '../shared/nodes/nodes.ts';
import { nodeNames, readNode, readNodes } from '../shared/nodes/nodes-reading.ts';
import { invalidRequest } from '../shared/problem.ts';

const rows = defineList<DriftRow>({
  sortable: ['status', 'repository', 'tag', 'digest', 'running'],
  searched: (row) => [`${row.repository}:${row.tag ?? ''}`, row.digest ?? ''],
});

const STATUS = `expected one of ${DRIFT_STATUSES.join(', ')}`;
// An unknown parameter is refused: a misspelt filter would answer more than was asked for.
const query = z.strictObject({
  ...rows.query.shape,
  node: z.optional(z.string('expected the name of a node')),
  status: z.optional(z.enum(DRIFT_STATUSES, STATUS)),
  running: z.optional(z.boolean('expected true or false')),
  namespace: z.optional(z.string('expected the name of a namespace')),
});

/** How many names a message has. */
const MAX_NAMED = 20;

const LOOKING = { allowStale: true } as const;

export const drift = createFunction().get(
  '/drift',
  may('read'),
  input({ query, header: readingListHeaders }),
  async (c) => {
    const { memo } = c.get('services');
    const { node, status, running, namespace = null } = c.req.valid('query');
    const nodes = node === undefined ? await readNodes(c, LOOKING) : await readOnly(c, node);
    const found = await readDrift(c, nodes, namespace);
    const isWanted = (row: DriftRow): boolean =>
      (status === undefined || row.status === status) &&
      (running === undefined || row.running === running);
    const wanted = memo(found.rows, `${status} ${running}`, () => found.rows.filter(isWanted));
    // An answer with images that could not be compared is not complete.
    const reading = { ...nodes, complete: nodes.complete && found.errors.length === 0 };
    const lists = [rowList('images', wanted, rows)];
    const extra = { errors: found.errors };
    return answerOverNodes(c, { reading, lists, extra, madeFrom: wanted });
  },
);

/** Reads one node. A name that no node has is refused, because an empty answer would look like good news. */
async function readOnly(c: FunctionContext, name: string): Promise<NodesReading> {
  const node = await readNode(c, name, LOOKING);
  if (node === null) {
    const names = await nodeNames(c.get('services').nodes);
    const detail = `there is no node of this name; the nodes are ${firstNames(names, MAX_NAMED)}`;
    throw invalidRequest([{ parameter: 'node', detail }]);
  }
  return {
    nodes: [node],
    complete: node.status === 'ok',
    contents: node.reading ?? {},
    spreadMs: 0,
  };
}

export default edge(drift, { harbor: edgeHarbor, nodes: edgeNodes, registry: edgeRegistry });
