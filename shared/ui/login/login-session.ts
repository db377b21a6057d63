/**
 * The session of a browser: a signed cookie that says which token logged in, and until when. It contains no
 * token, only a hash of it, so a session ends when its token leaves the configuration. It opens the pages
 * and never the JSON API.
 */
import { generateCookie, generateSignedCookie } from 'hono/cookie';
import { parseSigned } from 'hono/utils/cookie';
import { ownerOf, tokensFor } from '../../http/access.ts';
import { isLocal } from '../../http/base/connection.ts';
import type { FunctionContext, Session } from '../../http/function.ts';
import type { Configuration, NamedToken } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';
import { keyedHash } from './keyed-hash.ts';
import { publicOrigin } from './origin.ts';

const COOKIE = 'image_api_session';
/** Paths of the JSON API never get the cookie. */
const COOKIE_PATH = '/ui';
/** Other services of the host can set cookies of the same name. A browser sends few; a client could send many. */
const MAX_COOKIES = 10;
const HOUR_S = 3600;
/** How far the clock may be set back, or those of several routers may differ. */
const CLOCK_STEP_MS = 600_000;

/** The session of a request; null if there is none, or it has expired, or its token is no longer valid. */
export async function sessionOf(c: FunctionContext): Promise<Session | null> {
  const { sessionKey } = c.get('services');
  if (sessionKey === null) return null;
  for (const id of await signedIds(c, sessionKey)) {
    const session = await validSession(c, sessionKey, id);
    if (session !== null) return session;
  }
  return null;
}

/** Reads the ids in the cookies of the request whose signature is valid. */
async function signedIds(c: FunctionContext, sessionKey: string): Promise<readonly string[]> {
  const cookies = (c.req.header('cookie') ?? '').split(';').map((cookie) => cookie.trim());
  const own = cookies.filter((cookie) => cookie.startsWith(`${COOKIE}=`)).slice(0, MAX_COOKIES);
  const read = await Promise.all(own.map((cookie) => parseSigned(cookie, sessionKey, COOKIE)));
  return read.flatMap(({ [COOKIE]: id }) => (typeof id === 'string' ? [id] : []));
}

async function validSession(
  c: FunctionContext,
  sessionKey: string,
  id: string,
): Promise<Session | null> {
  const { configuration, now } = c.get('services');
  const [hash, expiresAt] = id.split('.');
  const expiresAtMs = Number(expiresAt) * 1000;
  // A session from before session_hours was reduced, or the clock was corrected, does not last longer than others.
  if (!isWithinSession(c, sessionMs(configuration) - (expiresAtMs - now()))) return null;
  const tokens = tokensFor(configuration.app_config, 'read');
  const hashes = await Promise.all(tokens.map((token) => tokenHash(sessionKey, token)));
  const owner = tokens[hashes.indexOf(hash ?? '')];
  if (owner === undefined) return null;
  return { name: owner.name, mayWrite: mayWrite(configuration, owner), expiresAtMs, id };
}

/** Tells whether something of this age is not older than a session may be. */
export function isWithinSession(c: FunctionContext, ageMs: number): boolean {
  return ageMs >= -CLOCK_STEP_MS && ageMs < sessionMs(c.get('services').configuration);
}

/**
 * Logs in: the session's owner, and its `Set-Cookie`.
 * @returns null if the token is not valid
 * @throws Problem invalid_configuration if sessions cannot be signed here
 */
export async function logIn(
  c: FunctionContext,
  token: string,
): Promise<{ readonly name: string; readonly cookie: string } | null> {
  const { configuration, now } = c.get('services');
  const sessionKey = requiredSessionKey(c);
  const owner = await ownerOf(token, tokensFor(configuration.app_config, 'read'));
  if (owner === undefined) return null;
  const maxAge = configuration.ui_config.session_hours * HOUR_S;
  const expiresAt = Math.floor(now() / 1000) + maxAge;
  // The last part makes two sessions of one token differ, for their CSRF tokens.
  const id = `${await tokenHash(sessionKey, owner)}.${expiresAt}.${crypto.randomUUID()}`;
  const options = { ...cookieOptions(c), maxAge };
  return { name: owner.name, cookie: await generateSignedCookie(COOKIE, id, sessionKey, options) };
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
    'Nobody can log in to the pages here, because sessions cannot be signed. Set ui_config.session_key ' +
      '(SESSION_KEY), to the same secret in every deployment.',
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

function sessionMs({ ui_config }: Configuration): number {
  return ui_config.session_hours * HOUR_S * 1000;
}

function tokenHash(sessionKey: string, { name, token }: NamedToken): Promise<string> {
  return keyedHash(sessionKey, `token ${name} ${token}`);
}

function mayWrite({ app_config }: Configuration, { token }: NamedToken): boolean {
  return app_config.write_token.some((one) => one.token === token);
}

/** Tells whether a request may delete: by its session, or because it came over `local_socket`. */
export function mayDelete(c: FunctionContext, session: Session | null): boolean {
  return isLocal(c) || session?.mayWrite === true;
}
