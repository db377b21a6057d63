/** GET /harbor/projects: the projects that the account can see. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { answerHarborList } from '../shared/http/harbor-endpoints.ts';
import { input } from '../shared/http/input.ts';
import { listHeaders } from '../shared/http/list-answer.ts';
import { findProjects, projectList } from '../shared/http/registry/harbor-project-list.ts';

export const harborProjects = createFunction().get(
  '/harbor/projects',
  may('read'),
  input({ query: projectList.query, header: listHeaders }),
  (c) => answerHarborList(c, (options) => findProjects(c, options)),
);

export default edge(harborProjects, { harbor: edgeHarbor });
