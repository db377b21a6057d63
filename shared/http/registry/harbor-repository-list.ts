/** The list of GET /harbor/repositories/{project}, for the function and its page. */

import { listRepositories, type Repository } from '../../adapters/harbor/repositories.ts';
import type { ProjectName } from '../../values/names.ts';
import type { FunctionContext } from '../function.ts';
import { findHarborRows, type HarborRows } from '../harbor-endpoints.ts';
import { defineList, type ListOptions } from '../list-answer.ts';

export const repositoryList = defineList<Repository>({
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

/** The repositories of a project. @throws Problem of Harbor */
export function findRepositories(
  c: FunctionContext,
  project: ProjectName,
  options: ListOptions,
): Promise<HarborRows<Repository>> {
  return findHarborRows(c, {
    definition: repositoryList,
    options,
    fetchRows: (session, slice) => listRepositories(session, project, slice),
  });
}
