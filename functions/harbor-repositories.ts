/** GET /harbor/repositories/{project}: the repositories of a project. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { listRepositories, type Repository } from '../shared/harbor/repositories.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { answerHarborList } from '../shared/http/harbor-endpoints.ts';
import { projectPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const repositories = defineList<Repository>({
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

export const harborRepositories = createFunction().get(
  '/harbor/repositories/:project',
  may('read'),
  input({ param: projectPath, query: repositories.query, header: listHeaders }),
  (c) => {
    const { project } = c.req.valid('param');
    return answerHarborList(c, repositories, (session, slice) =>
      listRepositories(session, project, slice),
    );
  },
);

export default edge(harborRepositories, { harbor: edgeHarbor });
