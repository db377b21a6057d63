/** GET /harbor/unused: the artifacts that no node holds. Upstreams: the bridges and Harbor. */
import * as z from 'zod/mini';
import type { UnusedArtifact } from '../shared/drift/unused-answer.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { hostHeaders } from '../shared/host/host-reading.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { projectName } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const rows = defineList<UnusedArtifact>({
  sortable: ['project', 'repository', 'digest', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [`${row.project}/${row.repository}`, row.digest, ...row.tags],
});

const query = z.extend(rows.query, {
  project: z.optional(projectName),
  older_than: z.optional(z.string('expected a duration such as 45m, 12h, 30d or 4w')),
  allow_partial: z.optional(z.boolean('expected true or false')),
});

export const harborUnused = createFunction().get(
  '/harbor/unused',
  may('read'),
  input({ query, header: z.extend(listHeaders, hostHeaders.shape) }),
  async (): Promise<Response> => {
    throw new Error('not yet');
  },
);

export default edge(harborUnused, { harbor: edgeHarbor, nodes: edgeNodes });
