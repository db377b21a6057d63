/** `/repositories`, `/projects/{project}/repositories` and one repository. */
import { may, sees } from './access.ts';
import { type Answer, ApiError, empty, json } from './answer.ts';
import { listedArtifacts } from './artifact-lists.ts';
import { type ApiCall, decodeRepository, pageOf, requireRight } from './call.ts';
import type { Repository, Right } from './model.ts';
import { requireNamedProject } from './projects.ts';
import { accepts, readTerms, type SortKeys, sortRows } from './query.ts';
import { repositoryRow } from './rows.ts';

const SORT: SortKeys<Repository> = {
  id: (repository) => repository.id,
  name: fullName,
  creation_time: (repository) => repository.createdAt,
  update_time: (repository) => repository.createdAt,
  pull_count: (repository) => repository.pullCount,
};

/** GET /projects/{project_name}/repositories, newest first. */
export function listRepositories(call: ApiCall): Answer {
  const project = requireNamedProject(call);
  return repositoryPage(call, `repositories ${project.name}`, () => [
    ...project.repositories.values(),
  ]);
}

/** GET /repositories: over all projects that the caller can see. */
export function listAllRepositories(call: ApiCall): Answer {
  const { registry, caller } = call;
  return repositoryPage(call, `repositories of ${caller?.name}`, () =>
    [...registry.projects()]
      .filter((project) => sees(caller, project) && may(caller, 'repository:list', project))
      .flatMap((project) => [...project.repositories.values()]),
  );
}

function repositoryPage(call: ApiCall, scope: string, all: () => Repository[]): Answer {
  const terms = readTerms(call.query);
  const sort = call.query.get('sort') ?? '';
  const rows = call.registry.view(JSON.stringify([scope, call.query.get('q'), sort]), () => {
    const kept = all().filter((repository) => accepts(terms.get('name'), fullName(repository)));
    return sortRows(kept, sort, { keys: SORT, fallback: '-creation_time,-id' });
  });
  return pageOf(call, rows, (repository, index) =>
    JSON.stringify(repositoryRow(repository, artifactCount(call, repository, index))),
  );
}

/** GET of one repository. */
export function getRepository(call: ApiCall): Answer {
  const repository = requireRepository(call, 'repository:read');
  return json(repositoryRow(repository, artifactCount(call, repository, 0)));
}

function artifactCount(call: ApiCall, repository: Repository, row: number): number {
  return call.fails('artifact_count', row) ? 0 : listedArtifacts(call, repository).length;
}

/** DELETE of a repository with all its artifacts. */
export function deleteRepository(call: ApiCall): Answer {
  const repository = requireRepository(call, 'repository:delete');
  call.registry.deleteRepository(repository);
  call.record({
    what: 'repository',
    project: repository.project.name,
    repository: repository.name,
    digest: null,
    tags: [...repository.tags.keys()],
    alongside: [...repository.artifacts.keys()],
  });
  return empty();
}

/** The repository that the path names; its segment was encoded twice. */
export function requireRepository(call: ApiCall, right: Right): Repository {
  const [project = '', segment = ''] = call.params;
  requireRight(call, right, project);
  const name = decodeRepository(segment);
  const repository = call.registry.repository(project, name);
  if (repository === undefined) {
    throw new ApiError(404, 'NOT_FOUND', `repository ${project}/${name} not found`);
  }
  return repository;
}

function fullName(repository: Repository): string {
  return `${repository.project.name}/${repository.name}`;
}
