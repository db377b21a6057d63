/**
 * The access rule of the pages: `mayView(right)` is the first middleware of each of their routes. Rights come from the
 * session or from `local_socket`, never from an Authorization header. Errors become pages if the client prefers HTML.
 */
import { accepts } from 'hono/accepts';
import type { AccessRule, Right } from '../http/access.ts';
import { checkHost, readsAreOpen, refusal } from '../http/access.ts';
import { answerError } from '../http/answer.ts';

import { isLocal } from '../http/connection.ts';
import type { FunctionContext, FunctionMiddleware } from '../http/function.ts';
import { Problem } from '../problem.ts';
import { compressed } from './compressed.ts';
import { mayDelete, sessionOf } from './login-session.ts';
import { answerProblemPage } from './problem-page.tsx';

/** Admits a request to a page, or answers with the page of a problem; of 401 it has the form to log in. */
export function mayView(right: Right): FunctionMiddleware & AccessRule {
  const rule: FunctionMiddleware = async function mayView(c, next) {
    await compressed(c, async () => {
      try {
        checkHost(c);
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

/** Whether a client prefers HTML to JSON. A browser does; curl, which accepts anything, does not. */
export function prefersHtml(c: FunctionContext): boolean {
  const types = { header: 'Accept', supports: ['text/html', 'application/json'] } as const;
  return (
    accepts(c, { ...types, supports: [...types.supports], default: 'application/json' }) ===
    'text/html'
  );
}

async function admitViewer(c: FunctionContext, right: Right): Promise<void> {
  const { app_config, ui_config } = c.get('services').configuration;
  if (!ui_config.enabled) throw new Problem('not_found', 'This process does not serve the path.');
  const session = await sessionOf(c);
  c.set('session', session);
  if (session !== null) c.set('caller', { name: session.name });
  else if (isLocal(c)) c.set('caller', { name: 'local' });
  if (right === 'open' || (right === 'read' && readsAreOpen(app_config))) return;
  const isAdmitted = right === 'read' ? session !== null || isLocal(c) : mayDelete(c, session);
  if (isAdmitted) return;
  if (session !== null) {
    throw new Problem(
      'forbidden',
      'This login may only read. Log in with a token of app_config.write_token.',
    );
  }
  const refused = refusal(app_config, { right, presented: null });
  // The page has a form for the token, and no header.
  if (refused.code !== 'unauthorized' || !prefersHtml(c)) throw refused;
  throw new Problem('unauthorized', `Log in with a token of app_config.${right}_token.`, {
    headers: refused.headers,
  });
}

async function errorAnswer(c: FunctionContext, thrown: unknown): Promise<Response> {
  const answered = answerError(thrown, c); // logs it
  return prefersHtml(c) && answered.status !== 499 ? answerProblemPage(c, thrown) : answered;
}
