/** GET /harbor/artifacts/{project}/{repository}: a repository's artifacts with their tags. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { repositoryPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { listHeaders } from '../shared/http/list-answer.ts';
import { artifactList } from '../shared/http/registry/harbor-artifact-list.ts';
import { answerArtifacts } from '../shared/http/registry/packed-artifacts.ts';

export const harborArtifacts = createFunction().get(
  '/harbor/artifacts/:project/:repository{.+}',
  may('read'),
  input({ param: repositoryPath, query: artifactList.query, header: listHeaders }),
  (c) => answerArtifacts(c, c.req.valid('param')),
);

export default edge(harborArtifacts, { harbor: edgeHarbor });
