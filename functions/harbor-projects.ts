/** GET /harbor/projects: the projects that the account can see. Upstream: Harbor. */
import * as z from 'zod/mini';
import { edgeApp } from '../shared/edge/edge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { listProjects, type Project, projectSchema } from '../shared/harbor/projects.ts';
import { answerHarborList } from '../shared/harbor-rows.ts';
import { listKind } from '../shared/list-answer.ts';

const kind = listKind<Project>({
  sortable: [
    'name',
    'project_id',
    'public',
    'repo_count',
    'owner_name',
    'creation_time',
    'update_time',
  ],
  searched: (row) => [row.name],
});

export const harborProjects: Endpoint = {
  name: 'harbor-projects',
  method: 'GET',
  path: '/harbor/projects',
  right: 'read',
  query: kind.query,
  answer: z.array(projectSchema),
  handle: (exchange) => answerHarborList(exchange, kind, listProjects),
};

export const endpoints = [harborProjects];
export default edgeApp(endpoints);
