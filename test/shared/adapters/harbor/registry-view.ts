/** The correct list for a client, from the registry itself. */
import { type Login, may, sees } from '../../../../demo/harbor/access.ts';
import type { Artifact, Repository } from '../../../../demo/harbor/model.ts';
import type { Registry } from '../../../../demo/harbor/registry.ts';

/** What is asked for. */
export type Asked =
  | { readonly list: 'projects' }
  | { readonly list: 'crawl' }
  | { readonly list: 'repositories'; readonly project: string }
  | { readonly list: 'artifacts'; readonly project: string; readonly repository: string };

/** Each row as one text, by its key and in the order of the list; null: the caller may not see it, or there is no such thing. */
export type View = ReadonlyMap<string, string> | null;

/** The right answer at this moment. */
export function viewOf(registry: Registry, caller: Login, asked: Asked): View {
  if (asked.list === 'projects') {
    const visible = [...registry.projects()].filter((project) => sees(caller, project));
    return new Map(
      visible
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .map(({ id, name, public: open, repositories }) =>
          projectEntry({ project_id: id, name, public: open, repo_count: repositories.size }),
        ),
    );
  }
  if (asked.list === 'crawl') {
    const visible = [...registry.projects()].filter((project) => sees(caller, project));
    const repositories = visible.flatMap((project) => [...project.repositories.values()]);
    return new Map(repositories.flatMap(imagesOf).toSorted());
  }
  const project = registry.project(asked.project);
  if (project === undefined) return null;
  if (asked.list === 'repositories') {
    if (!may(caller, 'repository:list', project)) return null;
    return new Map(
      [...project.repositories.values()]
        .toReversed()
        .map((repository) =>
          repositoryEntry({ name: repository.name, artifact_count: listed(repository).length }),
        ),
    );
  }
  const repository = project.repositories.get(asked.repository);
  if (repository === undefined || !may(caller, 'artifact:list', project)) return null;
  return new Map(
    listed(repository).map(({ digest, tags }) =>
      artifactEntry({ digest, tags: tags.map(({ name }) => name) }),
    ),
  );
}

type Entry = [key: string, text: string];

export function projectEntry(row: {
  readonly project_id: number;
  readonly name: string;
  readonly public: boolean;
  readonly repo_count: number;
}): Entry {
  return [row.name, JSON.stringify([row.project_id, row.public, row.repo_count])];
}

export function repositoryEntry(row: {
  readonly name: string;
  readonly artifact_count: number;
}): Entry {
  return [row.name, String(row.artifact_count)];
}

export function artifactEntry(row: {
  readonly digest: string;
  readonly tags: readonly string[];
}): Entry {
  return [row.digest, row.tags.toSorted().join(' ')];
}

export function imageEntry(row: {
  readonly project: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}): Entry {
  return [`${row.project}/${row.repository}:${row.tag}@${row.digest}`, ''];
}

/** Untagged children of an index are not listed. */
function listed({ artifacts }: Repository): readonly Artifact[] {
  return [...artifacts.values()]
    .filter(
      ({ accessory, parents, tags }) =>
        accessory === null && (parents.length === 0 || tags.length > 0),
    )
    .toSorted((a, b) => b.pushedAt - a.pushedAt || b.id - a.id);
}

function imagesOf(repository: Repository): Entry[] {
  const { name, project } = repository;
  return listed(repository).flatMap(({ digest, tags }) =>
    tags.map((tag) =>
      imageEntry({ project: project.name, repository: name, tag: tag.name, digest }),
    ),
  );
}
