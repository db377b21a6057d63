/** GET /harbor/artifacts/{project}/{repository}: a repository's artifacts with their tags. Upstream: Harbor. */

import { edge } from '../shared/edge/edge.ts';
import { edgeHarbor } from '../shared/edge/edge-harbor.ts';
import { type Artifact, listArtifacts } from '../shared/harbor/artifacts.ts';
import { may } from '../shared/http/access.ts';
import { createFunction } from '../shared/http/function.ts';
import { answerHarborList } from '../shared/http/harbor-endpoints.ts';
import { repositoryPath } from '../shared/http/harbor-path.ts';
import { input } from '../shared/http/input.ts';
import { defineList, listHeaders } from '../shared/http/list-answer.ts';

const artifacts = defineList<Artifact>({
  sortable: ['digest', 'type', 'media_type', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [row.digest, ...row.tags],
});

export const harborArtifacts = createFunction().get(
  '/harbor/artifacts/:project/:repository{.+}',
  may('read'),
  input({ param: repositoryPath, query: artifacts.query, header: listHeaders }),
  (c) => {
    const { project, repository } = c.req.valid('param');
    return answerHarborList(c, artifacts, (session, slice) =>
      listArtifacts(session, project, repository, slice),
    );
  },
);

export default edge(harborArtifacts, { harbor: edgeHarbor });
