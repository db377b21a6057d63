/**
 * Every function is a Hono app. `createFunction()` makes an empty one, `edge()` makes it deployable on
 * its own, functions/router.ts mounts all of them.
 */
import type { Context, Hono, MiddlewareHandler } from 'hono';
import type { BaseVariables } from './base/base-env.ts';
import { exactApp } from './base/exact-app.ts';
import type { Services } from './function-services.ts';
import type { RequestTrace } from './request-trace.ts';

/** Who has logged in to the pages. */
export interface Session {
  /** The name of the token. */
  readonly name: string;
  readonly mayWrite: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAtMs: number;
  /** The id in the cookie, for CSRF tokens. */
  readonly id: string;
}

/** The variables of each request. */
interface FunctionVariables extends BaseVariables {
  readonly services: Services;
  /** Makes the calls of the request, which pass its trace on. */
  readonly trace: RequestTrace;
  /** Set by `mayView`, for the pages; null if nobody has logged in. */
  readonly session?: Session | null;
}

export interface FunctionEnv {
  Variables: FunctionVariables;
}

export type FunctionContext = Context<FunctionEnv>;
export type FunctionMiddleware = MiddlewareHandler<FunctionEnv>;

/** An app without routes yet. */
export function createFunction(): Hono<FunctionEnv> {
  return exactApp<FunctionEnv>();
}
