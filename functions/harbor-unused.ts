/** GET /harbor/unused: the artifacts that no node holds. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import { readUnused } from '../shared/drift/read-unused.ts';
import type { UnusedArtifact } from '../shared/drift/unused-answer.ts';
import { duration, parseDuration } from '../shared/duration.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { edgeRegistry } from '../shared/edge/edge-registry.ts';
import { readingListHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { projectName } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, filterAndSort, listOptions } from '../shared/http/list-answer.ts';
import { answerOverNodes, rowList } from '../shared/nodes/node-lists.ts';

const rows = defineList<UnusedArtifact>({
  sortable: ['project', 'repository', 'digest', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [`${row.project}/${row.repository}`, row.digest, ...row.tags],
});

// An unknown parameter is refused: a misspelt filter would answer more than was asked for.
const query = z.strictObject({
  ...rows.query.shape,
  project: z.optional(projectName),
  older_than: z.optional(duration),
  allow_partial: z.optional(z.boolean('expected true or false')),
});

export const harborUnused = createFunction().get(
  '/harbor/unused',
  may('read'),
  input({ query, header: readingListHeaders }),
  async (c) => {
    const {
      project = null,
      older_than,
      allow_partial: allowPartial = false,
    } = c.req.valid('query');
    const olderThanMs = older_than === undefined ? null : parseDuration(older_than);
    const unused = await readUnused(c, { project, olderThanMs, allowPartial });
    const { artifacts, reading, isPartial } = unused;

    // The sum is that of all slices.
    const every = { ...listOptions(c.req.valid('query')), sort: null };
    const found = filterAndSort(artifacts, every, rows);
    const size_bytes = found.reduce((sum, row) => sum + row.size_bytes, 0);
    const extra = { partial: isPartial, size_bytes };
    return answerOverNodes(c, { reading, extra, lists: [rowList('artifacts', artifacts, rows)] });
  },
);

export default edge(harborUnused, { harbor: edgeHarbor, nodes: edgeNodes, registry: edgeRegistry });
