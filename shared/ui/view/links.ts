/** The addresses of pages about nodes and things in Harbor. Made here only, so that each name is encoded in one way. */
import { isProjectName, isRepositoryName, toReference } from '../../values/names.ts';

/** An address; undefined for a name outside Harbor's grammar, so that `href` is left out. */
type Address = string | undefined;

/** Names of a place in Harbor, as rows have them. */
export interface RepositoryNames {
  readonly project: string;
  /** The name without its project; may be nested. */
  readonly repository: string;
}

export interface ArtifactNames extends RepositoryNames {
  /** A tag or a digest. */
  readonly reference: string;
}

type Query = Readonly<Record<string, string>>;

export const HARBOR_PAGE = '/ui/harbor';

/** The repositories of a project. */
export function projectAddress(project: string): Address {
  return isProjectName(project) ? `${HARBOR_PAGE}/${project}` : undefined;
}

/** The artifacts of a repository. */
export function repositoryAddress({ project, repository }: RepositoryNames): Address {
  const isValid = isProjectName(project) && isRepositoryName(repository);
  return isValid ? `${HARBOR_PAGE}/${project}/${repository}` : undefined;
}

/** One artifact, and who uses it. */
export function artifactAddress({ project, repository, reference }: ArtifactNames): Address {
  const isValid =
    isProjectName(project) && isRepositoryName(repository) && toReference(reference) !== null;
  if (!isValid) return undefined;
  // A tag of that name after raw slashes would be the page of a deletion.
  const path = reference === DELETION ? repository.replaceAll('/', '%2F') : repository;
  return `/ui/artifacts/${project}/${path}/${reference}`;
}

const DELETION = 'deletion';

/** The plan of an artifact's deletion, and the form that deletes it. */
export function deletionAddress(
  artifact: ArtifactNames,
  query: Readonly<Record<string, 'true'>> = {},
): Address {
  const address = artifactAddress(artifact);
  return address === undefined ? undefined : withQuery(`${address}/${DELETION}`, query);
}

/** One node, with its images. */
export function nodeAddress(name: string): string {
  return `/ui/nodes/${encodeURIComponent(name)}`;
}

/** How the images on nodes differ from Harbor. The query is that of the API. */
export function driftAddress(query: Query): string {
  return withQuery('/ui/drift', query);
}

/** Which node has which image. */
export function compareAddress(query: Query): string {
  return withQuery('/ui/compare', query);
}

/** The deletions of this service. */
export function journalAddress(query: Query): string {
  return withQuery('/ui/journal', query);
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams(query).toString();
  return search === '' ? path : `${path}?${search}`;
}
