/**
 * The session of a browser: a signed cookie that says which token logged in, and until when. It contains no
 * token, only a hash of it, so a session ends when its token leaves the configuration. It opens the pages
 * and never the JSON API.
 */
import { generateCookie, generateSignedCookie, getCookie, getSignedCookie } from 'hono/cookie';
import type { Configuration, NamedToken } from '../configuration/configuration.ts';
import { ownerOf, tokensFor } from '../http/access.ts';
import { isLocal } from '../http/connection.ts';
import type { FunctionContext, Session } from '../http/function.ts';
import { Problem } from '../problem.ts';
import { keyedHash } from './keyed-hash.ts';
import { publicOrigin } from './origin.ts';

const COOKIE = 'image_api_session';
/** Paths of the JSON API never get the cookie. */
const COOKIE_PATH = '/ui';
const HOUR_S = 3600;

/** The session of a request; null if there is none, or it has expired, or its token is no longer valid. */
export async function sessionOf(c: FunctionContext): Promise<Session | null> {
  const { configuration, sessionKey, now } = c.get('services');
  if (sessionKey === null || getCookie(c, COOKIE) === undefined) return null;
  const id = await getSignedCookie(c, sessionKey, COOKIE);
  if (typeof id !== 'string') return null;
  const [hash, expiresAt] = id.split('.');
  const expiresAtMs = Number(expiresAt) * 1000;
  if (!(expiresAtMs > now())) return null;
  const tokens = tokensFor(configuration.app_config, 'read');
  const hashes = await Promise.all(tokens.map((token) => tokenHash(sessionKey, token)));
  const owner = tokens[hashes.indexOf(hash ?? '')];
  if (owner === undefined) return null;
  return { name: owner.name, mayWrite: mayWrite(configuration, owner), expiresAtMs, id };
}

/**
 * Logs in: the `Set-Cookie` of a session.
 * @returns null if the token is not valid
 * @throws Problem invalid_configuration if sessions cannot be signed here
 */
export async function logIn(c: FunctionContext, token: string): Promise<string | null> {
  const { configuration, now } = c.get('services');
  const sessionKey = requiredSessionKey(c);
  const owner = await ownerOf(token, tokensFor(configuration.app_config, 'read'));
  if (owner === undefined) return null;
  const maxAge = configuration.ui_config.session_hours * HOUR_S;
  const expiresAt = Math.floor(now() / 1000) + maxAge;
  const value = `${await tokenHash(sessionKey, owner)}.${expiresAt}`;
  return generateSignedCookie(COOKIE, value, sessionKey, { ...cookieOptions(c), maxAge });
}

/** Logs out: the `Set-Cookie` that ends a session. */
export function logOut(c: FunctionContext): string {
  return generateCookie(COOKIE, '', { ...cookieOptions(c), maxAge: 0 });
}

/** @throws Problem invalid_configuration */
export function requiredSessionKey(c: FunctionContext): string {
  const { sessionKey } = c.get('services');
  if (sessionKey !== null) return sessionKey;
  throw new Problem(
    'invalid_configuration',
    'Sessions cannot be signed. Set ui_config.session_key (SESSION_KEY) to the same secret in every deployment.',
  );
}

function cookieOptions(c: FunctionContext) {
  return {
    path: COOKIE_PATH,
    httpOnly: true,
    sameSite: 'Strict',
    secure: publicOrigin(c).startsWith('https:'),
  } as const;
}

function tokenHash(sessionKey: string, { name, token }: NamedToken): Promise<string> {
  return keyedHash(sessionKey, `token ${name} ${token}`);
}

function mayWrite({ app_config }: Configuration, { token }: NamedToken): boolean {
  return app_config.write_token.some((one) => one.token === token);
}

/** Whether a request may delete: by its session, or because it came over `local_socket`. */
export function mayDelete(c: FunctionContext, session: Session | null): boolean {
  return isLocal(c) || session?.mayWrite === true;
}
