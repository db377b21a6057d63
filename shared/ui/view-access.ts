/**
 * The access rule of the pages: `mayView(right)` is the first middleware of each of their routes. Rights come from the
 * session or from `local_socket`, never from an Authorization header. Errors become pages if the client prefers HTML.
 */
import type { AccessRule, Right } from '../http/access.ts';
import { checkAllowedHost, readsAreOpen } from '../http/access.ts';
import { isLocal } from '../http/base/connection.ts';
import { unknownPath } from '../http/base/no-route.ts';
import type { FunctionContext, FunctionMiddleware } from '../http/function.ts';
import { answerError } from '../http/json-answer.ts';
import { compressed } from './compressed.ts';
import { mayDelete, sessionOf } from './login/login-session.ts';
import { viewRefusal } from './login/view-refusal.ts';
import { prefersHtml } from './prefers-html.ts';
import { answerProblemPage } from './problem-page.tsx';

/** Admits a request to a page, or answers with the page of a problem; of 401 it has the form to log in. */
export function mayView(right: Right): FunctionMiddleware & AccessRule {
  const rule: FunctionMiddleware = async function mayView(c, next) {
    // The paths of pages that are switched off are as unknown as any other, also to a browser.
    if (!c.get('services').configuration.ui_config.enabled) {
      checkAllowedHost(c);
      throw unknownPath();
    }
    await compressed(c, async () => {
      try {
        checkAllowedHost(c);
        await admitViewer(c, right);
        await next();
      } catch (thrown) {
        c.res = await errorAnswer(c, thrown);
        return;
      }
      // Hono has answered an error of the handler by then.
      if (c.error === undefined || !prefersHtml(c)) return;
      const page = await answerProblemPage(c, c.error);
      c.res = undefined; // otherwise Hono copies the headers of its answer, such as Vary
      c.res = page;
    });
  };
  return Object.assign(rule, { decidesAccess: true } as const);
}

async function admitViewer(c: FunctionContext, right: Right): Promise<void> {
  const session = await sessionOf(c);
  c.set('session', session);
  if (session !== null) c.set('actor', { name: session.name });
  else if (isLocal(c)) c.set('actor', { name: 'local' });
  if (right === 'open') return;
  const { app_config } = c.get('services').configuration;
  const mayRead = session !== null || isLocal(c) || readsAreOpen(app_config);
  if (right === 'read' ? mayRead : mayDelete(c, session)) return;
  throw viewRefusal(c, right, session);
}

async function errorAnswer(c: FunctionContext, thrown: unknown): Promise<Response> {
  const answered = answerError(thrown, c); // logs it
  return prefersHtml(c) && answered.status !== 499 ? answerProblemPage(c, thrown) : answered;
}
