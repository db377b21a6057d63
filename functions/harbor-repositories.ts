/** GET /harbor/repositories/{project}: the repositories of a project. Upstream: Harbor. */

import { findRepositories, repositoryList } from '../shared/domain/registry/registry-lists.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeRepositories } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerFound, listHeaders } from '../shared/http/lists/list-answer.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { projectPath } from '../shared/values/name-schemas.ts';

export const harborRepositories = createFunction().get(
  '/harbor/repositories/:project',
  may('read'),
  input({ param: projectPath, query: repositoryList.query, header: listHeaders }),
  (c) => {
    const { project } = c.req.valid('param');
    return answerFound(c, (options) =>
      findRepositories(c.get('services'), requestOf(c), { project, options }),
    );
  },
);

export default edge(harborRepositories, { registry: edgeRepositories });
