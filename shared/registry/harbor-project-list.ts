/** The list of GET /harbor/projects, for the function and its page. */
import { listProjects } from '../harbor/project-list.ts';
import type { Project } from '../harbor/projects.ts';
import type { FunctionContext } from '../http/function.ts';
import { findHarborRows, type HarborRows } from '../http/harbor-endpoints.ts';
import { defineList, type ListOptions } from '../http/list-answer.ts';

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
