/** GET and POST /ui/login, POST /ui/logout: sessions of the pages. */
import * as z from 'zod/mini';
import { readsAreOpen } from '../../http/access.ts';
import { isLocal, peerOf } from '../../http/base/connection.ts';
import { createFunction, type FunctionContext } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { form } from '../form.ts';
import { csrfToken } from '../login/csrf.ts';
import { LoginForm } from '../login/login-form.tsx';
import { logIn, logOut } from '../login/login-session.ts';
import { pathOfPage, START } from '../login/own-page.ts';
import { NO_DELETES, needLogin, viewRefusal } from '../login/view-refusal.ts';
import { answerPage, seeOther } from '../page.tsx';
import { mayView } from '../view-access.ts';

const query = z.object({ next: z.optional(z.string()) });
const fields = z.object({ token: z.optional(z.string()), next: z.optional(z.string()) });

export const loginPage = createFunction()
  .get('/ui/login', mayView('open'), input({ query, emptyIsAbsent: true }), async (c) => {
    const next = pathOfPage(c.req.valid('query').next);
    return answerPage(c, {
      title: 'Log in',
      headers: { 'Cache-Control': 'no-store' },
      content: (
        <>
          <p>{situationOf(c)}</p>
          {isLoginUseful(c) && <LoginForm csrf={await csrfToken(c, null)} next={next} />}
        </>
      ),
    });
  })
  // Anybody: with the form open in two tabs, the second login replaces the first.
  .post('/ui/login', mayView('open'), form(fields, 'anybody'), async (c) => {
    const { token = '', next } = c.req.valid('form');
    c.get('log').level = 'WARNING';
    if (isLocal(c)) return seeOther(c, pathOfPage(next));
    if (!isLoginUseful(c)) throw viewRefusal(c, 'write', c.get('session') ?? null);
    const { loginAttempts } = c.get('services');
    const peer = peerOf(c) ?? '';
    await loginAttempts.begin(peer, c.req.raw.signal);
    const login = await logIn(c, token);
    if (login === null) {
      const detail = 'The token is not valid. Try again.';
      throw needLogin(c, { code: 'unauthorized', detail, next: pathOfPage(next) });
    }
    loginAttempts.succeeded(peer);
    c.set('actor', { name: login.name });
    return seeOther(c, pathOfPage(next), { 'Set-Cookie': login.cookie });
  })
  .post(
    '/ui/logout',
    mayView('open'),
    async (c, next) => {
      // The form of a page that was opened before a log-out in another tab.
      if (c.get('session') === null) return seeOther(c, START);
      await next();
    },
    form(z.object({})),
    (c) => seeOther(c, START, { 'Set-Cookie': logOut(c) }),
  );

/** Tells whether there is a token to log in with, and something that it allows. */
function isLoginUseful(c: FunctionContext): boolean {
  const { read_token, write_token } = c.get('services').configuration.app_config;
  return !isLocal(c) && read_token.length + write_token.length > 0;
}

/** Who the visitor is, and what a login would change. */
function situationOf(c: FunctionContext): string {
  const { app_config } = c.get('services').configuration;
  const session = c.get('session') ?? null;
  if (isLocal(c)) return 'Over local_socket you need no login: you may read and delete.';
  if (session !== null) {
    const rights = session.mayWrite ? 'may read and delete' : 'may read';
    const until = new Date(session.expiresAtMs).toISOString().slice(0, 16).replace('T', ' ');
    return `You are logged in as ${session.name} until ${until} UTC, and ${rights}. Another token replaces this login.`;
  }
  if (!isLoginUseful(c)) {
    return `No token is configured, so nobody can log in. ${readsAreOpen(app_config) ? 'Everyone may read. ' : ''}${NO_DELETES}`;
  }
  return readsAreOpen(app_config)
    ? 'Everyone may read. To delete, log in with a token.'
    : 'Reading needs a token.';
}
