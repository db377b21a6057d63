/** The list of GET /harbor/artifacts/{project}/{repository}, for the function and its page. */
import { type Artifact, listArtifacts } from '../../adapters/harbor/artifacts.ts';
import type { RepositoryAt } from '../../adapters/harbor/http/url.ts';
import type { FunctionContext } from '../function.ts';
import { findHarborRows, type HarborRows } from '../harbor-endpoints.ts';
import { defineList, type ListOptions } from '../list-answer.ts';

export const artifactList = defineList<Artifact>({
  sortable: ['digest', 'type', 'media_type', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [row.digest, ...row.tags],
});

/** A repository's artifacts with their tags. @throws Problem of Harbor */
export function findArtifacts(
  c: FunctionContext,
  { project, repository }: RepositoryAt,
  options: ListOptions,
): Promise<HarborRows<Artifact>> {
  return findHarborRows(c, {
    definition: artifactList,
    options,
    fetchRows: (session, slice) => listArtifacts(session, project, repository, slice),
  });
}
