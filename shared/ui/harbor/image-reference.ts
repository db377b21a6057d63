/** How hosts name an artifact when they pull it. */

import type { FunctionContext } from '../../http/function.ts';
import { isDigest, type Reference, type RepositoryAt, referenceText } from '../../values/names.ts';

/** `host/project/repository:tag`, or with `@sha256:…`. The host is that of `harbor_host`. */
export function imageReference(c: FunctionContext, at: RepositoryAt, reference: string): string {
  const { host } = c.get('services').registry;
  const registry = host === null ? '' : `${new URL(host).host}/`;
  const separator = isDigest(reference) ? '@' : ':';
  return `${registry}${at.project}/${at.repository}${separator}${reference}`;
}

const SHOWN_DIGEST_LENGTH = 'sha256:'.length + 12;

/** A tag, or the beginning of a digest. */
export function shortReference(reference: Reference): string {
  const text = referenceText(reference);
  return reference.kind === 'tag' ? text : text.slice(0, SHOWN_DIGEST_LENGTH);
}

/** `repository:tag`, or with the beginning of a digest: for headings, and for people to type. */
export function shortName({ repository }: RepositoryAt, reference: Reference): string {
  return `${repository}${reference.kind === 'digest' ? '@' : ':'}${shortReference(reference)}`;
}
