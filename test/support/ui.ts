/** A browser without JavaScript in tests of pages: a session, and the forms of a page. */
import { expect } from 'vitest';
import type { clientOf } from './client.ts';

type Get = ReturnType<typeof clientOf>['get'];

/** What a user sees of a page: its text, without tags. */
export function textOf(html: string): string {
  return html
    .replace(/<(script|style|head)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

/** The hidden fields of the form with this action. */
export function hiddenFields(html: string, action: string): Record<string, string> {
  const escaped = action.replaceAll('&', '&amp;');
  const form = html.split('<form').find((part) => part.includes(`action="${escaped}"`));
  expect(form).toBeDefined();
  const [own = ''] = (form ?? '').split('</form>');
  const fields = own.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value]));
}

/** Sees pages as a browser does. Log in to get a session. */
export function browserOf(get: Get) {
  let cookie = '';
  const open = async (path: string, init: RequestInit = {}) => {
    const given = Object.fromEntries(new Headers(init.headers));
    const answer = await get(path, { ...init, headers: { accept: 'text/html', cookie, ...given } });
    const html = await answer.text();
    return { status: answer.status, headers: answer.headers, html, text: textOf(html) };
  };
  const send = (path: string, fields: Readonly<Record<string, string>>) =>
    open(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'http://localhost',
      },
    });
  const logIn = async (token: string) => {
    const { html } = await open('/ui/login');
    const { headers } = await send('/ui/login', { ...hiddenFields(html, '/ui/login'), token });
    cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  return {
    open,
    send,
    logIn,
    get cookie() {
      return cookie;
    },
  };
}
