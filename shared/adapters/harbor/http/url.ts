/**
 * URLs of Harbor's API, built from valid names only. The repository is encoded twice, because Harbor's proxy
 * decodes it once and its router once more (`%2F` and raw slashes are 404).
 */

import {
  type Digest,
  type ProjectName,
  type Reference,
  type RepositoryAt,
  referenceText,
  type Tag,
} from '../../../values/names.ts';

declare const built: unique symbol;
/** A path below the API's base, whose segments are valid names. */
export type HarborPath = string & { readonly [built]: true };

const API = '/api/v2.0';
/** The registry's API, and its token service, are beside Harbor's own. */
const REGISTRY = '/v2';
const TOKEN = '/service/token';
// No segment begins with a dot, and the only escape is the doubly encoded slash, so dot segments are
// impossible. This is the second check; the first is the grammar of the names.
const PLAIN_PATH = /^(?:\/[A-Za-z0-9_](?:[A-Za-z0-9._:-]|%252F)*)+$/;

/** The paths that this service calls. */
export const harborPaths = {
  systemInfo: (): HarborPath => checked('/systeminfo'),
  projects: (): HarborPath => checked('/projects'),
  statistics: (): HarborPath => checked('/statistics'),
  /** The repositories of all projects. */
  allRepositories: (): HarborPath => checked('/repositories'),
  repositories: (project: ProjectName): HarborPath => checked(`/projects/${project}/repositories`),
  immutableRules: (project: ProjectName): HarborPath =>
    checked(`/projects/${project}/immutabletagrules`),
  projectArtifacts: (project: ProjectName): HarborPath => checked(`/projects/${project}/artifacts`),
  repository: (at: RepositoryAt): HarborPath => checked(repositoryText(at)),
  artifacts: (at: RepositoryAt): HarborPath => checked(`${repositoryText(at)}/artifacts`),
  artifact: (at: RepositoryAt, reference: Reference): HarborPath =>
    checked(`${repositoryText(at)}/artifacts/${once(referenceText(reference))}`),
  tags: (at: RepositoryAt, digest: Digest): HarborPath =>
    checked(`${repositoryText(at)}/artifacts/${once(digest)}/tags`),
  accessories: (at: RepositoryAt, digest: Digest): HarborPath =>
    checked(`${repositoryText(at)}/artifacts/${once(digest)}/accessories`),
  tag: (at: RepositoryAt, digest: Digest, tag: Tag): HarborPath =>
    checked(`${repositoryText(at)}/artifacts/${once(digest)}/tags/${once(tag)}`),
  /** The path in the registry (OCI distribution, 4.4.1), which has plain slashes. */
  manifest: ({ project, repository }: RepositoryAt, digest: Digest): HarborPath =>
    checked(`${REGISTRY}/${project}/${repository}/manifests/${once(digest)}`),
  token: (): HarborPath => checked(TOKEN),
};

/**
 * The order of lists of artifacts. The second key gives equal rows the same order on every page. Harbor
 * silently ignores unknown keys.
 */
export const NEWEST_ARTIFACTS = { sort: '-push_time,-id' };

/** The part after the name of a collection in a path of Harbor's API. */
const MEMBERS: Readonly<Record<string, string>> = {
  projects: '{project}',
  repositories: '{repository}',
  artifacts: '{reference}',
  tags: '{tag}',
};

/** The template of a path: Harbor's own have a collection and a name in turn. */
export function pathTemplateOf(path: HarborPath): string {
  if (path === TOKEN) return path;
  if (path.startsWith(`${REGISTRY}/`)) return `${REGISTRY}/{name}/manifests/{digest}`;
  return path
    .split('/')
    .map((segment, index, all) =>
      index % 2 === 1 ? segment : (MEMBERS[all[index - 1] ?? ''] ?? ''),
    )
    .join('/');
}

/**
 * The URL to call. It is checked again after the URL parser. If it differs from the built path, this is a
 * bug, and nothing is sent.
 * @param base harbor_host: a URL without a trailing slash, perhaps with a path
 */
export function harborUrl(
  base: string,
  path: HarborPath,
  query: Readonly<Record<string, string>> = {},
): string {
  const prefix = new URL(base).pathname.replace(/\/$/, '');
  const api = path.startsWith(`${REGISTRY}/`) || path === TOKEN ? '' : API;
  const url = new URL(`${base}${api}${path}`);
  if (url.pathname !== `${prefix}${api}${path}` || url.search !== '' || url.hash !== '') {
    throw new Error(`the URL parser changes the path ${path}`);
  }
  url.search = new URLSearchParams(query).toString();
  return url.href;
}

function repositoryText({ project, repository }: RepositoryAt): string {
  return `/projects/${once(project)}/repositories/${once(once(repository))}`;
}

/** A colon needs no encoding in a path (RFC 3986, 3.3), and reads better in Harbor's logs. */
function once(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':');
}

function checked(path: string): HarborPath {
  if (isPlain(path)) return path;
  throw new Error(`not a path of Harbor's API: ${path}`);
}

function isPlain(path: string): path is HarborPath {
  return PLAIN_PATH.test(path);
}
