/**
 * Every function is a Hono app. `createFunction()` makes an empty one, `edge()` makes it deployable on
 * its own, functions/router.ts mounts all of them.
 */
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { Connection } from './connection.ts';
import { ExactRouter } from './exact-router.ts';
import type { Services } from './function-services.ts';
import type { RequestLog } from './request-log.ts';
import type { RequestTrace } from './request-trace.ts';

/** The sender of a request: the name of a token, `local` or `webhook`. */
interface Actor {
  readonly name: string;
}

/** Who has logged in to the pages. */
export interface Session {
  /** The name of the token. */
  readonly name: string;
  readonly mayWrite: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** What the cookie says, for CSRF tokens. */
  readonly id: string;
}

/** The variables of each request: `c.var.NAME` or `c.get('NAME')`. */
interface FunctionVariables {
  readonly services: Services;
  readonly requestId: string;
  /** Makes the calls of the request, which pass its trace on. */
  readonly trace: RequestTrace;
  readonly log: RequestLog;
  /** Set by `may`; absent if the request needs no rights. */
  readonly actor?: Actor;
  /** Set by `mayView`, for the pages; null if nobody has logged in. */
  readonly session?: Session | null;
}

export interface FunctionEnv {
  Variables: FunctionVariables;
}

export type FunctionContext = Context<FunctionEnv>;
export type FunctionMiddleware = MiddlewareHandler<FunctionEnv>;

/** An app without routes yet. `HonoBase`, because `Hono` would bundle two routers that are never used. */
export function createFunction(): Hono<FunctionEnv> {
  return new HonoBase<FunctionEnv>({
    router: new ExactRouter(),
    // Matches paths as they were sent. Hono's own getPath decodes some escapes before routing.
    getPath: (request, options) => rawPath(request, options?.env),
  });
}

/** The query as sent, with its `?`; empty if there is none. */
export function rawQuery(c: Context): string {
  const start = c.req.url.indexOf('?');
  return start === -1 ? '' : c.req.url.slice(start);
}

/** The path as sent: from the request target if the server provides it, otherwise from the URL. */
function rawPath(request: Request, env: unknown): string {
  const target = env instanceof Connection ? env.target : request.url;
  const start = target.startsWith('/') ? 0 : target.indexOf('/', target.indexOf('//') + 2);
  if (start === -1) return '/';
  const query = target.indexOf('?', start);
  return query === -1 ? target.slice(start) : target.slice(start, query);
}
