/** Why a page is refused, and what to do. */
import type { Right } from '../../http/access.ts';
import { refusal } from '../../http/access.ts';
import type { FunctionContext, Session } from '../../http/function.ts';
import { Problem } from '../../values/problem.ts';
import { requiredSessionKey } from './login-session.ts';
import { loginPath, pageToReturnTo } from './own-page.ts';

/** How to set deletes up, where no token allows them. */
export const NO_DELETES =
  'To delete, set app_config.write_token (WRITE_TOKEN) and log in here with it, or set ' +
  'app_config.local_socket and use it on the host.';

/** The advice for a login that may only read. */
export const READ_ONLY =
  'This login may only read. To delete, log in with a token of app_config.write_token.';

/**
 * The problem of a viewer without the right. If a token would help, it has the member of `needLogin`.
 * @throws Problem invalid_configuration if nobody can log in here
 */
export function viewRefusal(
  c: FunctionContext,
  right: Exclude<Right, 'open'>,
  session: Session | null,
): Problem {
  const { app_config } = c.get('services').configuration;
  const { read_token, write_token } = app_config;
  if (right === 'write' && write_token.length === 0) return new Problem('forbidden', NO_DELETES);
  if (read_token.length + write_token.length === 0) {
    return refusal(app_config, { right, presented: null });
  }
  const next = pageToReturnTo(c);
  if (session !== null) return needLogin(c, { code: 'forbidden', detail: READ_ONLY, next });
  const key = right === 'write' || read_token.length === 0 ? 'write_token' : 'read_token';
  const detail = `${whyLogIn(c)} with a token of app_config.${key}.${headerHint(c)}`;
  return needLogin(c, { code: 'unauthorized', detail, next });
}

/** A form was sent from a page of a login, which has ended since. */
function whyLogIn(c: FunctionContext): string {
  if (c.req.method !== 'POST') return 'To see this page, log in';
  return c.req.path.endsWith('/stop')
    ? 'You are logged out. The cleanup was not stopped. To go on, log in'
    : 'You are logged out. Nothing was deleted. To go on, log in';
}

/** For programs. */
function headerHint(c: FunctionContext): string {
  return c.req.header('authorization') === undefined
    ? ''
    : ' An Authorization header opens only the JSON API.';
}

/**
 * A problem that a login solves. Its member `login` is the address of the form, and the page of the problem has the
 * form too.
 * @param problem `next` is the page to open after the login
 * @throws Problem invalid_configuration if nobody can log in here
 */
export function needLogin(
  c: FunctionContext,
  problem: {
    readonly code: 'unauthorized' | 'forbidden';
    readonly detail: string;
    readonly next: string;
  },
): Problem {
  requiredSessionKey(c);
  const { code, detail, next } = problem;
  return new Problem(code, detail, {
    extras: { login: loginPath(next) },
    // 401 needs a challenge (RFC 9110, 15.5.2). No scheme is registered for forms; this is that of
    // draft-broyer-http-cookie-auth. For Bearer, a client would send a header that opens no page.
    headers:
      code === 'unauthorized'
        ? { 'WWW-Authenticate': 'Cookie realm="Image API", form-action="/ui/login"' }
        : {},
  });
}
