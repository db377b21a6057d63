/** GET /harbor/projects: the projects that the account can see. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { listProjects } from '../shared/harbor/project-list.ts';
import type { Project } from '../shared/harbor/projects.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { answerHarborList } from '../shared/http/harbor-endpoints.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const projects = defineList<Project>({
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

export const harborProjects = createFunction().get(
  '/harbor/projects',
  may('read'),
  input({ query: projects.query, header: listHeaders }),
  (c) => answerHarborList(c, projects, listProjects),
);

export default edge(harborProjects, { harbor: edgeHarbor });
