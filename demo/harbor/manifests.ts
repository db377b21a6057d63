/** The part of the registry's API behind Harbor that has an artifact's configuration. Not recorded. */
import { type Login, may } from './access.ts';
import { type Answer, apiError } from './answer.ts';
import type { Artifact } from './model.ts';
import { digestOf, type Registry } from './registry.ts';
import { manifestTypeOf, mediaTypeOf } from './rows.ts';

const MANIFEST_PATH = /^\/v2\/([^/]+)\/(.+)\/manifests\/([^/]+)$/;

/** The digest of an artifact's configuration, which runtimes call the image's id. */
export function configDigestOf(digest: string): string {
  return digestOf(`configuration of ${digest}`);
}

interface RegistryCall {
  readonly path: string;
  readonly query: string;
  readonly header: (name: string) => string | undefined;
  readonly caller: Login;
  readonly registry: Registry;
}

/** GET /service/token: the token that a caller without a login needs for what is public. */
export function answerToken({ query }: Pick<RegistryCall, 'query'>): Answer {
  const scope = new URLSearchParams(query).get('scope') ?? '';
  const headers = { 'Content-Type': 'application/json; charset=utf-8' };
  return { status: 200, headers, body: JSON.stringify({ token: tokenFor(scope) }) };
}

function tokenFor(scope: string): string {
  return btoa(`may ${scope}`);
}

/** GET /v2/{project}/{repository}/manifests/{reference}. */
export function answerRegistry({ path, header, caller, registry }: RegistryCall): Answer {
  const [, project = '', repository = '', reference = ''] = MANIFEST_PATH.exec(path) ?? [];
  // A caller without the right to pull is asked for a token, whoever it is.
  const token = `Bearer ${tokenFor(`repository:${project}/${repository}:pull`)}`;
  const hasToken = caller !== null || header('authorization') === token;
  if (!hasToken || !may(caller, 'artifact:read', registry.project(project))) {
    return apiError(401, 'UNAUTHORIZED', 'unauthorized to access repository');
  }
  const artifact = registry.artifact(project, repository, reference);
  if (artifact === undefined) return apiError(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
  const type = manifestTypeOf(artifact);
  if (!(header('accept') ?? '').includes(type)) {
    const message = 'manifest found, but accept header does not support it';
    return apiError(404, 'MANIFEST_UNKNOWN', message);
  }
  const body = JSON.stringify(manifestOf(artifact));
  return { status: 200, headers: { 'Content-Type': type }, body };
}

function manifestOf(artifact: Artifact): object {
  const common = { schemaVersion: 2, mediaType: manifestTypeOf(artifact) };
  if (artifact.children.length > 0) {
    const manifests = artifact.children.map((child) => ({
      mediaType: manifestTypeOf(child),
      digest: child.digest,
      size: 838,
      platform: child.platform,
    }));
    return { ...common, manifests };
  }
  const config = {
    mediaType: mediaTypeOf(artifact),
    digest: artifact.configDigest ?? configDigestOf(artifact.digest),
    size: 401,
  };
  return { ...common, config, layers: [] };
}
