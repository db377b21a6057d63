/** The answer of a page: the document around its content, and the headers that all pages have. */
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { answer } from '../http/base/answer.ts';
import { isLocal } from '../http/base/connection.ts';
import type { FunctionContext } from '../http/function.ts';
import { escapedLines } from '../values/escaped.ts';
import {
  type Account,
  Layout,
  type NavigationPlace,
  navigationPlace,
  type Reload,
} from './layout.tsx';
import { csrfToken } from './login/csrf.ts';
import { mayDelete } from './login/login-session.ts';
import { publicOrigin } from './login/origin.ts';
import { loginPath, nextOf, pageToReturnTo, START } from './login/own-page.ts';
import type { Crumb } from './parts/breadcrumbs.tsx';

/** No inline script or style, nothing of other origins, no frames. Pico's style sheet has icons as `data:` URLs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Referrer-Policy': 'same-origin',
  // For browsers that do not know frame-ancestors.
  'X-Frame-Options': 'DENY',
  Vary: 'Cookie, Accept',
};

/** A page. */
export interface PageContent {
  /** The title of the document, and its heading. */
  readonly title: string;
  /** The entry of the navigation that is current. Absent: that of the path. */
  readonly place?: NavigationPlace;
  /** The pages above this one, from the top. */
  readonly crumbs?: readonly Crumb[];
  /** One or two sentences below the heading: what the page is for. */
  readonly lead?: Child;
  readonly content: JSX.Element;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The page that a browser without JavaScript loads after some seconds. */
  readonly reload?: Reload;
}

/** Answers with a page. */
export async function answerPage(c: FunctionContext, page: PageContent): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const made = {
    address: publicOrigin(c) + pathname + search,
    at: new Date(c.get('services').now()).toISOString(),
  };
  const document = (
    <Layout place={navigationPlace(c.req.path)} {...page} account={await accountOf(c)} made={made}>
      {page.content}
    </Layout>
  );
  return answerHtml(c, `<!doctype html>${await document}`, page);
}

/** Answers with a part of a page, for htmx. */
export async function answerFragment(c: FunctionContext, part: JSX.Element): Promise<Response> {
  return answerHtml(c, String(await part), {});
}

/** Sends the browser to a page, after a form: loading that page again sends nothing again. */
export function seeOther(
  c: FunctionContext,
  location: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return answer(c, null, { status: 303, headers: { Location: location, ...headers } });
}

function answerHtml(
  c: FunctionContext,
  html: string,
  { status = 200, headers }: Pick<PageContent, 'status' | 'headers'>,
): Response {
  // A name from a node or from Harbor may contain characters that hide or reorder what follows them.
  return answer(c, escapedLines(html), {
    status,
    type: 'text/html; charset=utf-8',
    headers: { ...PAGE_HEADERS, ...openerPolicy(c), ...cachingOf(c), ...headers },
  });
}

/** Over http, browsers ignore it and report an error for each page. */
function openerPolicy(c: FunctionContext): Readonly<Record<string, string>> {
  const isSecure = publicOrigin(c).startsWith('https:');
  return isSecure ? { 'Cross-Origin-Opener-Policy': 'same-origin' } : {};
}

/** After the log-out, the back button must not show what only a login may see. */
function cachingOf(c: FunctionContext): Readonly<Record<string, string>> {
  return (c.get('session') ?? null) === null ? {} : { 'Cache-Control': 'no-store' };
}

async function accountOf(c: FunctionContext): Promise<Account> {
  const session = c.get('session') ?? null;
  const { app_config } = c.get('services').configuration;
  const canLogIn = app_config.read_token.length + app_config.write_token.length > 0;
  if (isLocal(c)) return { kind: 'local' };
  if (session !== null) {
    const { name, mayWrite } = session;
    return { kind: 'session', name, mayWrite, csrf: await csrfToken(c, session) };
  }
  const login = canLogIn ? loginPath(pageAfterLogin(c)) : null;
  return { kind: 'none', login };
}

/** The link of a page's head leads back to that page. */
function pageAfterLogin(c: FunctionContext): string {
  return c.req.path === loginPath(START) ? nextOf(c.req.url) : pageToReturnTo(c);
}

/** Finds what a visitor may do, and the token for the forms; `csrf` is null if they may change nothing. */
export async function viewerOf(
  c: FunctionContext,
): Promise<{ readonly mayDelete: boolean; readonly csrf: string | null }> {
  const session = c.get('session') ?? null;
  const allowed = mayDelete(c, session);
  return { mayDelete: allowed, csrf: allowed ? await csrfToken(c, session) : null };
}
