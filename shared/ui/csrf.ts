/**
 * CSRF tokens: every form that changes something has one. It is bound to the session and expires with the page's
 * session hours. The `Origin` is checked too.
 */
import { timingSafeEqual } from 'hono/utils/buffer';
import type { FunctionContext, Session } from '../http/function.ts';
import { Problem } from '../problem.ts';
import { keyedHash } from './keyed-hash.ts';
import { requiredSessionKey } from './login-session.ts';
import { isOwnOrigin } from './origin.ts';

const HOUR_MS = 3_600_000;

/** A token for the forms of a page. Each differs, so that compression of the page reveals nothing of it. */
export async function csrfToken(c: FunctionContext, session: Session | null): Promise<string> {
  const stamp = `${c.get('services').now().toString(36)}-${crypto.randomUUID()}`;
  return `${stamp}.${await hashOf(c, stamp, session)}`;
}

/** @throws Problem forbidden if a form was sent by another site, or is too old */
export async function requireOwnForm(
  c: FunctionContext,
  token: string,
  session: Session | null,
): Promise<void> {
  if (!isOwnOrigin(c)) {
    throw new Problem(
      'forbidden',
      'The form was not sent from the address of this service. Behind a proxy, set app_config.public_url to ' +
        'the address that the browser shows.',
    );
  }
  const [stamp = '', hash = ''] = token.split('.');
  const { now, configuration } = c.get('services');
  const ageMs = now() - Number.parseInt(stamp, 36);
  const isFresh = ageMs >= 0 && ageMs < configuration.ui_config.session_hours * HOUR_MS;
  if (isFresh && (await timingSafeEqual(hash, await hashOf(c, stamp, session)))) return;
  throw new Problem(
    'forbidden',
    'The form is too old, or belongs to another session. Go back, reload the page, and send the form again.',
  );
}

function hashOf(c: FunctionContext, stamp: string, session: Session | null): Promise<string> {
  return keyedHash(requiredSessionKey(c), `csrf ${stamp} ${session?.id ?? ''}`);
}
