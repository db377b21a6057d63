/** GET /harbor/projects: the projects that the account can see. Upstream: Harbor. */

import { findProjects, projectList } from '../shared/domain/registry/registry-lists.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeProjects } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { answerFound, listHeaders } from '../shared/http/lists/list-answer.ts';
import { requestOf } from '../shared/http/request-context.ts';

export const harborProjects = createFunction().get(
  '/harbor/projects',
  may('read'),
  input({ query: projectList.query, header: listHeaders }),
  (c) => answerFound(c, (options) => findProjects(c.get('services'), requestOf(c), options)),
);

export default edge(harborProjects, { registry: edgeProjects });
