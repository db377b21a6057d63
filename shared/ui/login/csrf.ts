/**
 * CSRF tokens: every form that changes something has one. It is bound to the session and expires after
 * `session_hours`. The `Origin` is checked too.
 */
import { timingSafeEqual } from 'hono/utils/buffer';
import { isLocal } from '../../http/base/connection.ts';
import type { FunctionContext, Session } from '../../http/function.ts';
import { Problem } from '../../values/problem.ts';
import { keyedHash } from './keyed-hash.ts';
import { isWithinSession, requiredSessionKey } from './login-session.ts';
import { isOwnOrigin } from './origin.ts';

/** A token for the forms of a page. Each differs, so that compression of the page reveals nothing of it. */
export async function csrfToken(c: FunctionContext, session: Session | null): Promise<string> {
  const stamp = `${c.get('services').now().toString(36)}-${crypto.randomUUID()}`;
  return `${stamp}.${await hashOf(c, stamp, session)}`;
}

/** Needs no body. @throws Problem forbidden if a form was sent by another site */
export function requireOwnOrigin(c: FunctionContext): void {
  if (!isOwnOrigin(c)) throw refused(c, otherOrigin(c));
}

/** @throws Problem forbidden if a form is too old, or has no token of ours */
export async function requireOwnForm(
  c: FunctionContext,
  token: string,
  session: Session | null,
): Promise<void> {
  const [stamp = '', hash = ''] = token.split('.');
  const madeAtMs = Number.parseInt(stamp, 36);
  const isFresh = isWithinSession(c, c.get('services').now() - madeAtMs);
  if (isFresh && (await timingSafeEqual(hash, await hashOf(c, stamp, session)))) return;
  throw refused(
    c,
    'The form is too old, or belongs to another login. Go back, reload the page, and send the form again.',
  );
}

function otherOrigin(c: FunctionContext): string {
  const { public_url } = c.get('services').configuration.app_config;
  if (isLocal(c)) return 'Over local_socket, forms work at http://localhost only.';
  return public_url === null
    ? 'The form was not sent from the address of this service. Behind a proxy, set app_config.public_url ' +
        '(PUBLIC_URL) to the address that the browser shows.'
    : `The form was not sent from ${new URL(public_url).origin}, the address in app_config.public_url. Open the pages there.`;
}

function refused(c: FunctionContext, detail: string): Problem {
  c.get('log').level = 'WARNING'; // perhaps another site has sent it
  return new Problem('forbidden', detail);
}

function hashOf(c: FunctionContext, stamp: string, session: Session | null): Promise<string> {
  const sender = session?.id ?? (isLocal(c) ? 'local' : 'nobody');
  return keyedHash(requiredSessionKey(c), `csrf ${stamp} ${sender}`);
}
