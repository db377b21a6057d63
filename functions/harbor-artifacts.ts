/** GET /harbor/artifacts/{project}/{repository}: a repository's artifacts with their tags. Upstream: Harbor. */

import { artifactList } from '../shared/domain/registry/registry-lists.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeArtifacts } from '../shared/edge/edge-registry.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { input } from '../shared/http/input.ts';
import { listHeaders } from '../shared/http/lists/list-answer.ts';
import { answerArtifacts } from '../shared/http/lists/packed-artifacts.ts';
import { repositoryPath } from '../shared/values/name-schemas.ts';

export const harborArtifacts = createFunction().get(
  '/harbor/artifacts/:project/:repository{.+}',
  may('read'),
  input({ param: repositoryPath, query: artifactList.query, header: listHeaders }),
  (c) => answerArtifacts(c, c.req.valid('param')),
);

export default edge(harborArtifacts, { registry: edgeArtifacts });
