/**
 * The access rules: `may(right)` is the first middleware of every route. Reads are open unless `read_token`
 * is set or `public_reads` is false. Writes need `write_token`, or come over `local_socket`. Not
 * `hono/bearer-auth`: its refusals are answers of its own (`HTTPException`) and not problems, and it takes
 * one list of tokens, while here the right depends on the request.
 */

import { timingSafeEqual } from 'hono/utils/buffer';
import type { Configuration, NamedToken } from '../values/configuration/configuration.ts';
import { Problem } from '../values/problem.ts';
import { isLocal } from './base/connection.ts';
import { bearerToken, checkHostOf } from './base/request-headers.ts';
import type { FunctionContext, FunctionMiddleware } from './function.ts';

type AppConfig = Configuration['app_config'];

/** The right that a request needs; `open` needs no token. */
export type Right = 'open' | 'read' | 'write';

export interface MayOptions {
  /** Accepts any `Host`, because probes know only an address, and logs only failures, because they come often. */
  readonly forProbes?: boolean;
  /** Every right that the function returns needs this one, so it is asked for before the function reads a body. */
  readonly atLeast?: 'read';
}

/** Marks a middleware as an access rule, for `function_urls`. */
export interface AccessRule {
  readonly decidesAccess: true;
}

/** Admits a request, or rejects it with `unauthorized` or `forbidden`. */
export function may(
  right: Right | ((c: FunctionContext) => Right | Promise<Right>),
  { forProbes = false, atLeast }: MayOptions = {},
): FunctionMiddleware & AccessRule {
  const rule: FunctionMiddleware = async function may(c, next) {
    // A call by webhook was admitted with the webhook's request.
    if (c.get('actor') === undefined) {
      if (forProbes) c.get('log').isProbe = true;
      else checkAllowedHost(c);
      if (atLeast !== undefined) await admit(c, atLeast);
      await admit(c, typeof right === 'function' ? await right(c) : right);
    }
    await next();
  };
  return Object.assign(rule, { decidesAccess: true } as const);
}

async function admit(c: FunctionContext, right: Right): Promise<void> {
  const { app_config } = c.get('services').configuration;
  if (right === 'open' || (right === 'read' && readsAreOpen(app_config))) return;
  if (isLocal(c)) {
    c.set('actor', { name: 'local' });
    return;
  }
  const presented = bearerToken(c.req.raw.headers);
  const owner =
    presented === null ? undefined : await ownerOf(presented, tokensFor(app_config, right));
  if (owner === undefined) throw refusal(app_config, { right, presented });
  c.set('actor', { name: owner.name });
}

/** The tokens that give a right. A write token also gives the right to read. */
export function tokensFor(
  { read_token, write_token }: AppConfig,
  right: 'read' | 'write',
): readonly NamedToken[] {
  return right === 'read' ? [...write_token, ...read_token] : write_token;
}

/** The problem of a request that presented no token of that right. */
export function refusal(
  { read_token, write_token }: AppConfig,
  { right, presented }: { readonly right: 'read' | 'write'; readonly presented: string | null },
): Problem {
  if (right === 'write' && write_token.length === 0) return nobodyDeletes();
  if (right === 'read' && read_token.length === 0) return nobodyReads();
  return unauthorized(presented, `${right}_token`);
}

/** Tells whether reads need no token. The default is yes on Node, and no on the edge (shared/edge/edge.ts). */
export function readsAreOpen({ read_token, public_reads }: AppConfig): boolean {
  return read_token.length === 0 && public_reads !== false;
}

/** The token that was presented; undefined if it is none of them. */
export async function ownerOf(
  presented: string,
  tokens: readonly NamedToken[],
): Promise<NamedToken | undefined> {
  // Compares all tokens, so that the time does not reveal which one matches.
  const equal = await Promise.all(tokens.map(({ token }) => timingSafeEqual(presented, token)));
  return tokens.find((_, index) => equal[index]);
}

function unauthorized(presented: string | null, key: string): Problem {
  const what = presented === null ? 'The request needs' : 'The token is not valid. Send';
  return new Problem(
    'unauthorized',
    `${what} the header "Authorization: Bearer TOKEN" with a token of app_config.${key}.`,
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}

function nobodyDeletes(): Problem {
  return new Problem(
    'forbidden',
    'Deletes are not set up. Set app_config.write_token and send it as a Bearer token, or set ' +
      'app_config.local_socket and use it on the host: ' +
      'sudo curl --unix-socket LOCAL_SOCKET -X DELETE http://localhost/harbor/artifacts/…',
  );
}

function nobodyReads(): Problem {
  return new Problem(
    'invalid_configuration',
    'Reads are not set up. Set app_config.read_token and send it as a Bearer token, or set ' +
      'app_config.public_reads to true if everyone may read.',
  );
}

/** @throws Problem forbidden if `allowed_hosts` is set and does not contain the `Host` */
export function checkAllowedHost(c: FunctionContext): void {
  const { allowed_hosts } = c.get('services').configuration.app_config;
  checkHostOf(c, allowed_hosts);
}
