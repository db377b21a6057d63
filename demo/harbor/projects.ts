/** `/projects` and `/projects/{project}`. */
import { sees } from './access.ts';
import { type Answer, ApiError, apiError, empty, json } from './answer.ts';
import { type ApiCall, pageOf, refuse, requireProject, requireRight } from './call.ts';
import type { Project } from './model.ts';
import { accepts, readTerms, refuseInvalid, type SortKeys, sortRows } from './query.ts';
import { immutableRuleRow, projectRow } from './rows.ts';

const SORT: SortKeys<Project> = {
  name: (project) => project.name,
  project_id: (project) => project.id,
  creation_time: (project) => project.createdAt,
  update_time: (project) => project.createdAt,
};

/** GET /projects: the projects that the caller can see; the public ones if the login failed. */
export function listProjects(call: ApiCall): Answer {
  const { registry, caller, query } = call;
  const terms = readTerms(query);
  const isPublic = query.get('public') ?? exactValue(terms.get('public'));
  const sort = query.get('sort') ?? '';
  const filter = [query.get('name'), isPublic, query.get('q'), sort];
  const rows = registry.view(JSON.stringify(['projects', caller?.name, filter]), () => {
    const visible = [...registry.projects()].filter(
      (project) =>
        sees(caller, project) &&
        project.name.includes(query.get('name') ?? '') &&
        accepts(terms.get('name'), project.name) &&
        (isPublic === null || String(project.public) === isPublic),
    );
    return sortRows(visible, sort, { keys: SORT, fallback: 'name' });
  });
  const withDetail = query.get('with_detail') !== 'false';
  return pageOf(call, rows, (project, index) => {
    const row = projectRow(project, caller, withDetail);
    return JSON.stringify(call.fails('repo_count', index) ? { ...row, repo_count: 0 } : row);
  });
}

/** HEAD /projects?project_name=…: whether a project exists, for any caller with a login. */
export function headProject(call: ApiCall): Answer {
  const name = call.query.get('project_name') ?? '';
  if (name === '') refuseInvalid(['project_name in query is required']);
  if (call.caller === null) refuse(call.caller);
  if (/[^a-z0-9._-]/.test(name)) {
    return apiError(400, 'BAD_REQUEST', `invalid project name: '${name}'`);
  }
  if (call.registry.project(name) !== undefined) return empty();
  return apiError(404, 'NOT_FOUND', `project ${name} not found`);
}

/** GET /projects/{project_name_or_id}. */
export function getProject(call: ApiCall): Answer {
  const [name = ''] = call.params;
  return json(projectRow(requireProject(call, 'project:read', name), call.caller, true));
}

/** DELETE /projects/{project_name_or_id}: the result of `…/repositories/..`. */
export function deleteProject(call: ApiCall): Answer {
  const [name = ''] = call.params;
  const project = requireProject(call, 'project:delete', name);
  call.registry.deleteProject(project);
  const nothing = { repository: null, digest: null, tags: [], alongside: [] };
  call.record({ what: 'project', project: project.name, ...nothing });
  return empty();
}

/** GET /projects/{project_name_or_id}/immutabletagrules: the rules that make tags immutable. */
export function listImmutableRules(call: ApiCall): Answer {
  const [name = ''] = call.params;
  const { immutableTags } = requireProject(call, 'immutable-tag:list', name);
  return pageOf(call, immutableTags, (pattern, index) =>
    JSON.stringify(immutableRuleRow(pattern, index)),
  );
}

/** The project of `/projects/{project_name}/repositories…`, which never takes an id. */
export function requireNamedProject(call: ApiCall): Project {
  const [name = ''] = call.params;
  const project = requireRight(call, 'repository:list', name);
  if (project === undefined) {
    throw new ApiError(404, 'NOT_FOUND', `project ${name} not found`);
  }
  return project;
}

function exactValue(term: ReturnType<ReturnType<typeof readTerms>['get']>): string | null {
  return term?.kind === 'exact' ? term.value : null;
}
