/** GET /harbor/artifacts/{project}/{repository}: a repository's artifacts with their tags. Upstream: Harbor. */
import * as z from 'zod/mini';
import { edgeApp } from '../shared/edge/edge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import { type Artifact, artifactSchema, listArtifacts } from '../shared/harbor/artifacts.ts';
import { parseProject, parseRepository } from '../shared/harbor/names.ts';
import { answerHarborList } from '../shared/harbor-rows.ts';
import { listKind } from '../shared/list-answer.ts';

const kind = listKind<Artifact>({
  sortable: ['digest', 'type', 'media_type', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [row.digest, ...row.tags],
});

export const harborArtifacts: Endpoint = {
  name: 'harbor-artifacts',
  method: 'GET',
  path: '/harbor/artifacts/{project}/{repository}',
  right: 'read',
  query: kind.query,
  answer: z.array(artifactSchema),
  handle: (exchange) => {
    const [project = '', ...repository] = exchange.segments;
    const at = { project: parseProject(project), repository: parseRepository(repository) };
    return answerHarborList(exchange, kind, (session, slice) =>
      listArtifacts(session, at.project, at.repository, slice),
    );
  },
};

export const endpoints = [harborArtifacts];
export default edgeApp(endpoints);
