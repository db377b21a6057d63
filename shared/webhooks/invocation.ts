/** The body of a webhook invocation: the parameters as JSON, from which the direct call is made. */
import * as z from 'zod/mini';
import { isPlanTag } from '../deletion/plan-tag.ts';
import { isDigest } from '../harbor/names.ts';
import { faultsOf } from '../http/input.ts';
import type { Route } from '../http/routes.ts';
import { invalidRequest } from '../problem.ts';

/** A direct call. Names are valid, so `path` needs no encoding. */
export interface DirectCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const CONDITION = 'expected a digest such as sha256:… or sha512:…, or the ETag of a plan';

/** Parameters for headers of the direct call, by the header that its route declares. */
const HEADER_PARAMETERS = {
  'cache-control': { no_cache: z.optional(z.boolean('expected true or false')) },
  'if-match': {
    if_match: z.optional(
      z.string(CONDITION).check(z.refine((text) => isCondition(unquoted(text)), CONDITION)),
    ),
  },
} as const;

/** The schema of the body for a call of `route`. */
export function invocationSchema({ input }: Route): z.ZodMiniObject {
  const declared = Object.keys(input.header?.shape ?? {});
  const headers = Object.entries(HEADER_PARAMETERS).filter(([name]) => declared.includes(name));
  return z.strictObject({
    ...input.param?.shape,
    ...input.query?.shape,
    ...Object.assign({}, ...headers.map(([, parameter]) => parameter)),
  });
}

/** Reads the body of an invocation. @throws Problem invalid_request */
export function readInvocation(route: Route, body: unknown): DirectCall {
  const schema = invocationSchema(route);
  const result = schema.safeParse(body);
  if (!result.success) throw invalidRequest(faultsOf(schema, result.error.issues));
  const given = body as Readonly<Record<string, unknown>>;
  const { no_cache, if_match } = result.data;
  const headers: Record<string, string> = {};
  if (no_cache === true) headers['Cache-Control'] = 'no-cache';
  if (typeof if_match === 'string') headers['If-Match'] = `"${unquoted(if_match)}"`;
  const isBound = isDigest(String(given['reference'])) || if_match !== undefined;
  if (route.method === 'DELETE' && given['dry_run'] !== true && !isBound) {
    // A replayed request must not delete the artifact that the tag has moved to since.
    const detail =
      'a delete must name the digest, either as reference or, with a tag as reference, in if_match (or the ETag of a plan there)';
    throw invalidRequest([{ parameter: 'if_match', detail }]);
  }
  const query = new URLSearchParams();
  for (const name of Object.keys(route.input.query?.shape ?? {})) {
    const value = given[name];
    if (value !== undefined && value !== false) query.set(name, String(value));
  }
  const path = route.template.replace(/\{(\w+)\}/g, (_, name: string) => String(given[name]));
  return { method: route.method, path: query.size === 0 ? path : `${path}?${query}`, headers };
}

function isCondition(text: string): boolean {
  return isDigest(text) || isPlanTag(text);
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
