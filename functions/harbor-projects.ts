/** GET /harbor/projects: the projects that the account can see. Upstream: Harbor. */
import { may } from '../shared/access.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { createFunction } from '../shared/function.ts';
import { listProjects, type Project } from '../shared/harbor/projects.ts';
import { answerHarborList } from '../shared/harbor-rows.ts';
import { input } from '../shared/input.ts';
import { listHeaders, listKind } from '../shared/list-answer.ts';

const projects = listKind<Project>({
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
  (c) => answerHarborList(c, projects, c.req.valid('query'), listProjects),
);

export default edge(harborProjects, { harbor: edgeHarbor });
