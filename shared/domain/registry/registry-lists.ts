/** The lists of GET /harbor/…, for the functions and their pages. */
import type { RegistrySession } from '../../ports/registry.ts';
import type {
  Artifact,
  ArtifactDetails,
  DetailedArtifact,
  Project,
  Repository,
} from '../../ports/registry-rows.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import {
  defineList,
  filterAndSort,
  type ListDefinition,
  type ListOptions,
  type Row,
  sliceRows,
} from '../../values/list.ts';
import type { ProjectName, RepositoryAt } from '../../values/names.ts';
import type { Listed, Slice } from '../../values/slice.ts';

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

export const artifactList = defineList<Artifact>({
  sortable: ['digest', 'type', 'media_type', 'size', 'size_bytes', 'push_time', 'pull_time'],
  searched: (row) => [row.digest, ...row.tags],
});

type Services = Pick<DomainServices, 'registry'>;

/** The projects that the account can see. @throws Problem of Harbor */
export function findProjects(
  services: Services,
  request: RequestContext,
  options: ListOptions,
): Promise<Listed<Project>> {
  return findRows(services, request, {
    options,
    definition: projectList,
    read: (session, slice) => session.listProjects(slice),
  });
}

/** The repositories of a project. @throws Problem of Harbor */
export function findRepositories(
  services: Services,
  request: RequestContext,
  { project, options }: { readonly project: ProjectName; readonly options: ListOptions },
): Promise<Listed<Repository>> {
  return findRows(services, request, {
    options,
    definition: repositoryList,
    read: (session, slice) => session.listRepositories(project, slice),
  });
}

/** A repository's artifacts with their tags. @throws Problem of Harbor */
export function findArtifacts(
  services: Services,
  request: RequestContext,
  { at, options }: { readonly at: RepositoryAt; readonly options: ListOptions },
): Promise<Listed<Artifact>> {
  return findRows(services, request, {
    options,
    definition: artifactList,
    read: (session, slice) => session.listArtifacts(at, slice),
  });
}

/** An artifact as its page shows it. */
export interface ShownArtifact extends Artifact {
  /** The details of the artifact; null: Harbor was not asked for them. */
  readonly details: ArtifactDetails | null;
}

/**
 * One slice of a repository's artifacts. In Harbor's own order it has details. A search or another order needs the
 * complete list, for which they would take Harbor too long.
 * @throws Problem of Harbor
 */
export async function findDetailedArtifacts(
  services: Services,
  request: RequestContext,
  {
    at,
    options,
  }: { readonly at: RepositoryAt; readonly options: ListOptions & { readonly slice: Slice } },
): Promise<Listed<ShownArtifact>> {
  if (isInOwnOrder(options)) {
    const listed: Promise<Listed<DetailedArtifact>> = services.registry
      .session(request)
      .listDetailedArtifacts(at, options.slice);
    return request.log.upstream(listed);
  }
  const { rows, total } = await findArtifacts(services, request, { at, options });
  return { rows: rows.map((row) => ({ ...row, details: null })), total };
}

/** Tells whether an artifact has a signature; null if that is not known. */
export function isSigned(details: ArtifactDetails | null): boolean | null {
  if (details === null) return null;
  return details.accessories.some(({ type }) => type?.startsWith('signature.') === true);
}

/** Tells whether a list is neither searched nor sorted, so that its slices are Harbor's. */
export function isInOwnOrder({ q, sort }: ListOptions): boolean {
  return q === null && sort === null;
}

/**
 * Reads the rows that a request asks for. A slice in Harbor's own order needs only the pages that cover it; a
 * search or another order needs the complete list.
 */
async function findRows<R extends Row>(
  { registry }: Services,
  request: RequestContext,
  {
    options,
    ...list
  }: {
    readonly options: ListOptions;
    readonly definition: ListDefinition<R>;
    readonly read: (session: RegistrySession, slice: Slice | null) => Promise<Listed<R>>;
  },
): Promise<Listed<R>> {
  const { slice } = options;
  const isNative = isInOwnOrder(options);
  const read = list.read(registry.session(request), isNative ? slice : null);
  const fetched = await request.log.upstream(read);
  if (isNative) return fetched;
  const found = filterAndSort(fetched.rows, options, list.definition);
  return { rows: sliceRows(found, slice), total: found.length };
}
