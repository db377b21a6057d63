/** A browser that visits the pages, in process: it keeps the cookie, prefers HTML, and sends forms. */
import { expect } from 'vitest';
import { linksByText, textOf } from './html.ts';

type Get = (path: string, init?: RequestInit) => Promise<Response>;
type Extra = Readonly<Record<string, string>>;
/** Pairs, where a field is there twice. */
type Fields = Readonly<Record<string, string>> | [string, string][];

/** What Chromium sends. */
export const BROWSER_ACCEPT =
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8';

/** The session cookie that an answer sets: `name=value`; null if it sets none. */
function cookieOf(res: Response): string | null {
  return res.headers.get('set-cookie')?.split(';')[0] ?? null;
}

/** The CSRF token of the form on a page that is sent to `action`. */
export function csrfOf(html: string, action: string): string {
  const form = html.split('<form ').find((text) => text.includes(`action="${action}"`)) ?? '';
  const [, token] = /name="csrf" value="([^"]+)"/.exec(form) ?? [];
  expect(token, `the page has a form for ${action}`).toBeDefined();
  return token ?? '';
}

/** A visitor who has not logged in. */
export function visitorOf({ get }: { readonly get: Get }) {
  let cookie: string | null = null;

  const headersOf = (headers: Extra = {}): Headers => {
    const all = new Headers({ accept: BROWSER_ACCEPT, ...(cookie !== null && { cookie }) });
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return all;
  };

  /** Opens a page. */
  const open = (path: string, headers: Extra = {}): Promise<Response> =>
    get(path, { headers: headersOf(headers) });

  /** Sends a form as the page at `http://localhost` does. Without `csrf` among its fields. */
  const send = async (path: string, fields: Fields, headers: Extra = {}): Promise<Response> => {
    const body = new URLSearchParams(fields).toString();
    const all = headersOf({
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'http://localhost',
      ...headers,
    });
    const res = await get(path, { method: 'POST', headers: all, body });
    cookie = cookieOf(res) ?? cookie;
    return res;
  };

  /** The CSRF token of a form on a page, of the login by default. */
  const csrf = async (action = '/ui/login', path = '/ui/login') =>
    csrfOf(await (await open(path)).text(), action);

  /** Logs in with a token. */
  const logIn = async (token: string, next = '/ui'): Promise<Response> =>
    send('/ui/login', { csrf: await csrf(), token, next });

  return { open, send, csrf, logIn, cookie: () => cookie };
}

/** A page as a visitor without JavaScript sees it. */
async function seen(res: Response) {
  const html = await res.text();
  const { status, headers } = res;
  return { status, headers, html, text: textOf(html), links: linksByText(html) };
}

/** Opens a page without a session. */
export async function openPage(get: Get, path: string) {
  return seen(await get(path, { headers: { accept: 'text/html' } }));
}

/** A visitor as `visitorOf`, for tests of what is on the pages. */
export function browserOf(get: Get) {
  const { open, send, logIn, cookie } = visitorOf({ get });
  return {
    open: async (path: string) => seen(await open(path)),
    send: async (path: string, fields: Fields, headers?: Extra) =>
      seen(await send(path, fields, headers)),
    logIn,
    get cookie() {
      return cookie() ?? '';
    },
  };
}
