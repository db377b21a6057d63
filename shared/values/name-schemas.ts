/** Schemas of the path parameters that name something in Harbor. They accept Harbor's grammar only. */
import * as z from 'zod/mini';
import {
  isProjectName,
  isRepositoryName,
  MAX_NAME_LENGTH,
  PROJECT_PATTERN,
  printable,
  REPOSITORY_PATTERN,
  type Reference,
  toReference,
} from './names.ts';

/** The message quotes what was sent, shortened and without control characters. */
const expected = (what: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `expected ${what}, got ${shown(input)}`,
});

/** Not the text of an object, because what JSON holds may have a `toString` that is no function. */
function shown(input: unknown): string {
  if (typeof input !== 'object' || input === null) return printable(String(input));
  return Array.isArray(input) ? 'a list' : 'an object';
}

/** A text that `parse` turns into a valid name. */
function named<Value>(
  text: z.ZodMiniType<string, string>,
  parse: (text: string) => Value | null,
  { error }: ReturnType<typeof expected>,
) {
  return z.pipe(
    text,
    z.transform((given: string, payload): Value => {
      const value = parse(given);
      if (value !== null) return value;
      payload.issues.push({ code: 'custom', input: given, message: error({ input: given }) });
      return z.NEVER;
    }),
  );
}

const PROJECT = expected('a name of a-z and 0-9, with single . _ - between them');
const REPOSITORY = expected('names of a-z and 0-9, with . _ __ - between them, joined by /');
const REFERENCE = expected('a tag, or a digest such as sha256:… or sha512:…');

const length = (error: ReturnType<typeof expected>) => z.maxLength(MAX_NAME_LENGTH, error);

export const projectName = named(
  z.string(PROJECT).check(z.regex(PROJECT_PATTERN, PROJECT), length(PROJECT)),
  (text) => (isProjectName(text) ? text : null),
  PROJECT,
);

/** The name of a repository without its project; may be nested. */
export const repositoryName = named(
  z.string(REPOSITORY).check(z.regex(REPOSITORY_PATTERN, REPOSITORY), length(REPOSITORY)),
  (text) => (isRepositoryName(text) ? text : null),
  REPOSITORY,
);

/** A tag or a digest. */
export const reference = named<Reference>(z.string(REFERENCE), toReference, REFERENCE);

/** `/harbor/repositories/{project}` */
export const projectPath = z.object({ project: projectName });
/** `/harbor/artifacts/{project}/{repository}` */
export const repositoryPath = z.object({ project: projectName, repository: repositoryName });
/** `/harbor/artifacts/{project}/{repository}/{reference}` */
export const artifactPath = z.object({
  project: projectName,
  repository: repositoryName,
  reference,
});
