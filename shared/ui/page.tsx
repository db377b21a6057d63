/** The answer of a page: the document around its content, and the headers that all pages have. */
import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { readsAreOpen } from '../http/access.ts';
import { answer } from '../http/answer.ts';
import { isLocal } from '../http/connection.ts';
import type { FunctionContext } from '../http/function.ts';
import { csrfToken } from './csrf.ts';
import { type Account, Layout, type Place } from './layout.tsx';
import { publicOrigin } from './login/origin.ts';
import { loginPath, nextOf, pageToReturnTo, START } from './login/own-page.ts';
import { mayDelete } from './login-session.ts';
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

/** A page. */
export interface Page {
  /** The title of the document, and its heading. */
  readonly title: string;
  /** The entry of the navigation that is current. */
  readonly place: Place | null;
  /** The pages above this one, from the top. */
  readonly crumbs?: readonly Crumb[];
  /** One or two sentences below the heading: what the page is for. */
  readonly lead?: Child;
  readonly content: JSX.Element;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Seconds after which a browser without JavaScript loads the page again. */
  readonly reloadAfterS?: number;
}

/** Answers with a page. */
export async function answerPage(c: FunctionContext, page: Page): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const made = {
    address: publicOrigin(c) + pathname + search,
    at: new Date(c.get('services').now()).toISOString(),
  };
  const document = (
    <Layout {...page} account={await accountOf(c)} made={made}>
      {page.content}
    </Layout>
  );
  return answer(c, String(raw(`<!doctype html>${await document}`)), {
    status: page.status ?? 200,
    type: 'text/html; charset=utf-8',
    headers: { ...pageHeaders(c), ...page.headers },
  });
}

/** After the log-out, the back button must not show what only a login may see. */
function cachingOf(c: FunctionContext): Readonly<Record<string, string>> {
  return (c.get('session') ?? null) === null ? {} : { 'Cache-Control': 'no-store' };
}

/** The headers of pages, and of fragments of pages. */
export function pageHeaders(c: FunctionContext): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': CONTENT_SECURITY_POLICY,
    'Referrer-Policy': 'same-origin',
    // Over http, browsers ignore it and report an error for each page.
    ...(publicOrigin(c).startsWith('https:') && { 'Cross-Origin-Opener-Policy': 'same-origin' }),
    // For browsers that do not know frame-ancestors.
    'X-Frame-Options': 'DENY',
    Vary: 'Cookie, Accept',
    ...cachingOf(c),
  };
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
  return { kind: 'none', login, readsAreOpen: readsAreOpen(app_config) };
}

/** The link of a page's head leads back to that page. */
function pageAfterLogin(c: FunctionContext): string {
  return c.req.path === loginPath(START) ? nextOf(c.req.url) : pageToReturnTo(c);
}

/** What a visitor of a page may do, and the token for its forms; `csrf` is null if they may change nothing. */
export async function viewerOf(
  c: FunctionContext,
): Promise<{ readonly mayDelete: boolean; readonly csrf: string | null }> {
  const session = c.get('session') ?? null;
  const allowed = mayDelete(c, session);
  return { mayDelete: allowed, csrf: allowed ? await csrfToken(c, session) : null };
}
