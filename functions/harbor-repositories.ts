/** GET /harbor/repositories/{project}: the repositories of a project. Upstream: Harbor. */
import * as z from 'zod/mini';
import { edgeApp } from '../shared/edge/edge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { parseProject } from '../shared/harbor/names.ts';
import {
  listRepositories,
  type Repository,
  repositorySchema,
} from '../shared/harbor/repositories.ts';
import { answerHarborList } from '../shared/harbor-rows.ts';
import { listKind } from '../shared/list-answer.ts';

const kind = listKind<Repository>({
  sortable: [
    'name',
    'full_name',
    'project',
    'artifact_count',
    'pull_count',
    'creation_time',
    'update_time',
  ],
  searched: (row) => [row.name],
});

export const harborRepositories: Endpoint = {
  name: 'harbor-repositories',
  method: 'GET',
  path: '/harbor/repositories/{project}',
  right: 'read',
  query: kind.query,
  answer: z.array(repositorySchema),
  handle: (exchange) => {
    const project = parseProject(exchange.segments[0] ?? '');
    return answerHarborList(exchange, kind, (session, slice) =>
      listRepositories(session, project, slice),
    );
  },
};

export const endpoints = [harborRepositories];
export default edgeApp(endpoints);
