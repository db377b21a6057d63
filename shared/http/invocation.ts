/** The body of a webhook invocation: the parameters as JSON, from which the direct call is made. */
import * as z from 'zod/mini';
import { isCleanupTag } from '../domain/cleanup/cleanup-tag.ts';
import { isPlanTag } from '../domain/deletion/plan-tag.ts';
import { invalidRequest } from '../ports/invalid-request.ts';
import { isDigest } from '../values/names.ts';
import { faultsOf } from './input.ts';
import type { Route } from './routes.ts';

/** A direct call. */
export interface DirectCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; null if the function takes no body. */
  readonly body: string | null;
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

/** The schema of the body for a call of `route`, for documentation. */
export function invocationSchema(route: Route): z.ZodMiniObject {
  return schemaOf(route, bodyShape(route));
}

function schemaOf({ input }: Route, members: z.ZodMiniObject['shape']): z.ZodMiniObject {
  const declared = Object.keys(input.header?.shape ?? {});
  const headers = Object.entries(HEADER_PARAMETERS).filter(([name]) => declared.includes(name));
  return z.strictObject({
    ...input.param?.shape,
    ...input.query?.shape,
    ...members,
    ...Object.assign({}, ...headers.map(([, parameter]) => parameter)),
  });
}

/** The members of the body that the function takes; none if it takes no body. */
function bodyShape({ input: { body } }: Route): z.ZodMiniObject['shape'] {
  return body?.documentedAs instanceof z.ZodMiniObject ? body.documentedAs.shape : {};
}

/** Reads the body of an invocation. @throws Problem invalid_request */
export function readInvocation(route: Route, body: unknown): DirectCall {
  const members = Object.keys(bodyShape(route));
  // The function itself reads the members of its body, and says more about them.
  const unread = Object.fromEntries(members.map((name) => [name, z.optional(z.unknown())]));
  const schema = schemaOf(route, unread);
  const result = schema.safeParse(body);
  if (!result.success) throw invalidRequest(faultsOf(schema, result.error.issues));
  const given = body as Readonly<Record<string, unknown>>;
  const { no_cache, if_match } = result.data;
  const headers: Record<string, string> = {};
  if (no_cache === true) headers['Cache-Control'] = 'no-cache';
  if (typeof if_match === 'string') headers['If-Match'] = `"${unquoted(if_match)}"`;
  const { reference } = given;
  const isBound = (typeof reference === 'string' && isDigest(reference)) || if_match !== undefined;
  if (route.method === 'DELETE' && given['dry_run'] !== true && !isBound) {
    // A replayed request must not delete the artifact that the tag has moved to since.
    const detail =
      'a delete must name the digest, either as reference or, with a tag as reference, in if_match (or the ETag of a plan there)';
    throw invalidRequest([{ parameter: 'if_match', detail }]);
  }
  const query = new URLSearchParams();
  for (const name of Object.keys(route.input.query?.shape ?? {})) {
    const value = given[name];
    if (value !== undefined) query.set(name, String(value));
  }
  const path = route.template.replace(/\{(\w+)\}/g, (_, name: string) => {
    // Names of Harbor need no encoding, and those of repositories have slashes. A node's may be a URL.
    return name === 'node' ? encodeURIComponent(String(given[name])) : String(given[name]);
  });
  const target = query.size === 0 ? path : `${path}?${query}`;
  if (route.input.body === undefined)
    return { method: route.method, path: target, headers, body: null };
  const named = members.filter((name) => given[name] !== undefined);
  const content = JSON.stringify(Object.fromEntries(named.map((name) => [name, given[name]])));
  headers['Content-Type'] = 'application/json';
  return { method: route.method, path: target, headers, body: content };
}

function isCondition(text: string): boolean {
  return isDigest(text) || isPlanTag(text) || isCleanupTag(text);
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
