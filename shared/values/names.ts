/**
 * Harbor's names as types of valid values: text outside Harbor's grammar never becomes one, and so never
 * part of a URL. (`DELETE …/artifacts/..` deletes a whole repository, because Harbor's proxy resolves the
 * path.)
 */
declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A project: 1 to 255 characters, all digits allowed. */
export type ProjectName = Branded<'ProjectName'>;
/** A repository without its project; may be nested (`apps/web/frontend`). */
export type RepositoryName = Branded<'RepositoryName'>;
/** A tag: 1 to 128 characters. */
export type Tag = Branded<'Tag'>;
/** `sha256:` or `sha512:` and lower-case hexadecimal digits. */
export type Digest = Branded<'Digest'>;
/** The name of an artifact inside its repository. */
export type Reference =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'digest'; readonly digest: Digest };

/** The repository of an artifact. */
export interface RepositoryAt {
  readonly project: ProjectName;
  readonly repository: RepositoryName;
}

export const MAX_NAME_LENGTH = 255;
export const PROJECT_PATTERN = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
// Harbor's own pattern, `[a-z0-9]+((?:[._]|__|[-]*)[a-z0-9]+)*`, may match an empty separator and so
// backtracks exponentially. This one accepts the same names in linear time.
export const REPOSITORY_PATTERN =
  /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/;

/** Tells whether a decoded text is a project's name. */
export function isProjectName(text: string): text is ProjectName {
  return text.length <= MAX_NAME_LENGTH && PROJECT_PATTERN.test(text);
}

/** Tells whether a decoded text is a repository's name, without its project. */
export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= MAX_NAME_LENGTH && REPOSITORY_PATTERN.test(text);
}

/** Tells whether a decoded text is a tag. */
export function isTag(text: string): text is Tag {
  return TAG.test(text);
}

/** Tells whether a decoded text is a digest. */
export function isDigest(text: string): text is Digest {
  return DIGEST.test(text);
}

/** A decoded text as a reference; null if it is neither a tag nor a digest. */
export function toReference(text: string): Reference | null {
  if (isDigest(text)) return { kind: 'digest', digest: text };
  return isTag(text) ? { kind: 'tag', tag: text } : null;
}

/** The tag or the digest. */
export function referenceText(reference: Reference): string {
  return reference.kind === 'tag' ? reference.tag : reference.digest;
}

const SHOWN_CHARACTERS = 80;

/** Quotes foreign text for people: shortened, and without characters that affect a terminal or a log. */
export function printable(text: string, limit = SHOWN_CHARACTERS): string {
  const shown = text
    .slice(0, limit)
    .replace(/[^ -~]|["\\]/g, (c) =>
      c === '"' || c === '\\' ? `\\${c}` : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `"${shown}${text.length > limit ? '…' : ''}"`;
}
