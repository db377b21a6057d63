/** The list of GET /harbor/projects, for the function and its page. */
import { listProjects } from '../../adapters/harbor/project-list.ts';
import type { Project } from '../../adapters/harbor/projects.ts';
import type { FunctionContext } from '../function.ts';
import { findHarborRows, type HarborRows } from '../harbor-endpoints.ts';
import { defineList, type ListOptions } from '../list-answer.ts';

export const projectList = defineList<Project>({
  sortable: [
    'name',
    'project_id',
    'public',
    'repo_count',
    'owner_name',
    'creation_time',
    'update_time',
  ],
  searched: (row) => [row.name],
});

/** The projects that the account can see. @throws Problem of Harbor */
export function findProjects(
  c: FunctionContext,
  options: ListOptions,
): Promise<HarborRows<Project>> {
  return findHarborRows(c, { definition: projectList, options, fetchRows: listProjects });
}
