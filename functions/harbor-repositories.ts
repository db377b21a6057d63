/** GET /harbor/repositories/{project}: the repositories of a project. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { answerHarborList } from '../shared/http/harbor-endpoints.ts';
import { projectPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { listHeaders } from '../shared/http/list-answer.ts';
import {
  findRepositories,
  repositoryList,
} from '../shared/http/registry/harbor-repository-list.ts';

export const harborRepositories = createFunction().get(
  '/harbor/repositories/:project',
  may('read'),
  input({ param: projectPath, query: repositoryList.query, header: listHeaders }),
  (c) => {
    const { project } = c.req.valid('param');
    return answerHarborList(c, (options) => findRepositories(c, project, options));
  },
);

export default edge(harborRepositories, { harbor: edgeHarbor });
