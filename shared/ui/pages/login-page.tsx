/** GET and POST /ui/login, POST /ui/logout: sessions of the pages. */
import * as z from 'zod/mini';
import { answer } from '../../http/answer.ts';
import { createFunction } from '../../http/function.ts';
import { input } from '../../http/input.ts';
import { Problem } from '../../problem.ts';
import { csrfToken } from '../csrf.ts';
import { form } from '../form.ts';
import { LoginForm } from '../login-form.tsx';
import { logIn, logOut } from '../login-session.ts';
import { answerPage } from '../page.tsx';
import { mayView } from '../view-access.ts';

/** Where a login leads if it came from no page of this service. */
const START = '/ui';
const query = z.object({ next: z.optional(z.string()) });
const fields = z.object({
  token: z.string('expected a token'),
  next: z.optional(z.string()),
});

export const loginPage = createFunction()
  .get('/ui/login', mayView('open'), input({ query, emptyIsAbsent: true }), async (c) => {
    const csrf = await csrfToken(c, c.get('session') ?? null);
    const next = ownPage(c.req.valid('query').next);
    return answerPage(c, {
      title: 'Log in',
      place: null,
      content: <LoginForm csrf={csrf} next={next} />,
    });
  })
  .post('/ui/login', mayView('open'), form(fields), async (c) => {
    const { token, next } = c.req.valid('form');
    c.get('log').level = 'WARNING';
    const cookie = await logIn(c, token);
    if (cookie === null) throw new Problem('unauthorized', 'The token is not valid. Try again.');
    return answer(c, null, {
      status: 303,
      headers: { Location: ownPage(next), 'Set-Cookie': cookie },
    });
  })
  .post('/ui/logout', mayView('open'), form(z.object({})), (c) =>
    answer(c, null, { status: 303, headers: { Location: START, 'Set-Cookie': logOut(c) } }),
  );

/** A page of this service, and never another site. */
function ownPage(next: string | undefined): string {
  if (next === undefined || !URL.canParse(next, 'http://localhost')) return START;
  const { origin, pathname, search } = new URL(next, 'http://localhost');
  const isOwn = origin === 'http://localhost' && /^\/ui(\/|$)/.test(pathname);
  return isOwn ? pathname + search : START;
}
