/** How hosts name an artifact when they pull it. */
import { type RepositoryAt, referenceText } from '../../harbor/http/url.ts';
import { isDigest, type Reference } from '../../harbor/names.ts';
import type { FunctionContext } from '../../http/function.ts';

/** `host/project/repository:tag`, or with `@sha256:…`. The host is that of `harbor_host`. */
export function imageReference(c: FunctionContext, at: RepositoryAt, reference: string): string {
  const { host } = c.get('services').harbor;
  const registry = host === null ? '' : `${new URL(host).host}/`;
  return `${registry}${nameInHarbor(at, reference)}`;
}

/** `project/repository:tag`, or with `@sha256:…`. */
export function nameInHarbor({ project, repository }: RepositoryAt, reference: string): string {
  return `${project}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}

const SHOWN_DIGEST_LENGTH = 'sha256:'.length + 12;

/** A tag, or the beginning of a digest: as headings show it, and as people type it to confirm a deletion. */
export function shortReference(reference: Reference): string {
  const text = referenceText(reference);
  return reference.kind === 'tag' ? text : text.slice(0, SHOWN_DIGEST_LENGTH);
}
