/** The parameters of a webhook invocation: a JSON body that is turned into a direct call. */
import * as z from 'zod/mini';
import type { Endpoint } from '../endpoint.ts';
import { isDigest, isProjectName, isRepositoryName, toReference } from '../harbor/names.ts';
import { invalidRequest } from '../problem.ts';

/** Parameters beside those of an endpoint's path and query. */
export type Extra = 'no_cache' | 'verbose';

export interface Invocable {
  readonly endpoint: Endpoint;
  readonly extras?: readonly Extra[];
}

/** A direct call. Names are checked: what is in `path` needs no encoding. */
export interface DirectCall {
  readonly path: string;
  readonly segments: readonly string[];
  /** With its question mark; empty when there is none. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string>>;
}

const PATH_PARAMETERS = {
  project: z.string().check(z.refine(isProjectName)),
  repository: z.string().check(z.refine(isRepositoryName)),
  reference: z.string().check(z.refine((text) => toReference(text) !== null)),
};
type PathParameter = keyof typeof PATH_PARAMETERS;

const EXPECTED: Readonly<Record<string, string>> = {
  project: 'expected the name of a project',
  repository: 'expected the name of a repository without its project',
  reference: 'expected a tag, or a digest as sha256:… or sha512:…',
  if_match: 'expected a digest as sha256:… or sha512:…',
};

/** The schema of an invocation's body. */
export function invocationSchema({ endpoint, extras = [] }: Invocable): z.ZodMiniObject {
  const names = pathParameters(endpoint);
  return z.strictObject({
    ...Object.fromEntries(names.map((name) => [name, PATH_PARAMETERS[name]])),
    ...endpoint.query?.shape,
    ...(endpoint.method === 'DELETE' && {
      if_match: z.optional(z.string().check(z.refine((text) => isDigest(unquoted(text))))),
    }),
    ...Object.fromEntries(extras.map((name) => [name, z.optional(z.boolean())])),
  });
}

/** Reads the body of an invocation. @throws Problem invalid_request */
export function readInvocation(invocable: Invocable, body: unknown): DirectCall {
  const { endpoint } = invocable;
  const result = invocationSchema(invocable).safeParse(body);
  if (!result.success) throw invalidRequest(result.error.issues.flatMap((issue) => explain(issue)));
  const { if_match, no_cache, verbose, ...rest } = result.data;
  const names = pathParameters(endpoint);
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(rest)) {
    if (!names.some((one) => one === name) && value !== undefined) query.set(name, String(value));
  }
  if (verbose === true) query.set('verbose', '');
  const segments = names.flatMap((name) => String(rest[name]).split('/'));
  const headers: Record<string, string> = {};
  if (no_cache === true) headers['Cache-Control'] = 'no-cache';
  if (typeof if_match === 'string') headers['If-Match'] = `"${unquoted(if_match)}"`;
  const named = isDigest(String(rest['reference'])) || if_match !== undefined;
  if (endpoint.method === 'DELETE' && rest['dry_run'] !== true && !named) {
    // A replay must not delete the artifact that the tag has moved to since.
    const detail = 'to delete by tag, give the digest that the tag has now; or delete by digest';
    throw invalidRequest([{ parameter: 'if_match', detail }]);
  }
  const path = [endpoint.path.replace(/\/\{.*$/, ''), ...segments].join('/');
  return { path, segments, search: query.size === 0 ? '' : `?${query}`, headers };
}

function pathParameters(endpoint: Endpoint): PathParameter[] {
  return [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as PathParameter);
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}

function explain(issue: z.core.$ZodIssue): { parameter: string; detail: string }[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((parameter) => ({ parameter, detail: 'unknown' }));
  }
  const parameter = String(issue.path[0] ?? 'body');
  return [{ parameter, detail: EXPECTED[parameter] ?? expectedOf(issue) }];
}

function expectedOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `expected ${issue.expected}`;
  if (issue.code === 'invalid_value') return `expected one of ${issue.values.join(', ')}`;
  if (issue.code === 'too_small') return `expected at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `expected at most ${issue.maximum}`;
  return 'not valid';
}
