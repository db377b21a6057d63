/** What browsers send to the pages: cookies, forms, CSRF tokens, addresses to return to, signed receipts. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loginPath, nextOf, pathOfPage } from '../../shared/ui/login/own-page.ts';
import { visitorOf } from '../support/visitor.ts';
import { wholeService } from './examples.ts';
import { holds, holdsAsync } from './fuzz.ts';
import { anyText, headerText, mutated, sendable, wellFormed } from './texts.ts';

const TOKEN = 'a-write-token-of-test';
const ADDRESSES = [
  '/ui/drift?q=a',
  '//evil.example.test/ui',
  '/\\evil.example.test/ui',
  '/ui/../..//evil.example.test',
  'https://evil.example.test/ui',
  'javascript:alert(1)//ui',
  '/ui\t/../\n/evil.example.test',
];

it('a login leads to a page of this service, whatever the address is', () => {
  holds(mutated(ADDRESSES), (address) => {
    for (const page of [pathOfPage(address), nextOf(loginPath(pathOfPage(address)))]) {
      // A browser resolves it once more.
      const { origin, pathname } = new URL(page, 'https://own.example.test');
      expect(origin).toBe('https://own.example.test');
      expect(pathname).toMatch(/^\/ui(?:\/|$)/);
      expect(page).not.toMatch(/\p{Cc}|\\/u);
    }
  });
});

it('no cookie but the one of a login opens a page', async () => {
  const { get } = wholeService({ ui_config: { session_key: 'k'.repeat(32) } });
  const visitor = visitorOf({ get });
  await visitor.logIn(TOKEN);
  const cookie = visitor.cookie() ?? '';
  const [id = '', signature = ''] = decodeURIComponent(cookie.split('=').slice(1).join('=')).split(
    /\.(?=[^.]*$)/,
  );
  const forged = fc.oneof(
    headerText.map((text) => `image_api_session=${text}`),
    mutated([cookie, `${cookie}; a=b`]).map(sendable),
    mutated([id]).map(
      (text) =>
        `image_api_session=${encodeURIComponent(text.replace(/\p{Cs}/gu, ''))}.${signature}`,
    ),
  );
  // Those that hold the whole cookie are logged in, also with its signature in other characters of the same bytes.
  const isLogin = (text: string): boolean => {
    const [, givenId, given = ''] = /^image_api_session=(.*)\.([^.]*)$/.exec(decoded(text)) ?? [];
    return givenId === id && bytesOf(given) === bytesOf(signature);
  };
  const bad = forged.filter((text) => !text.split(';').some((one) => isLogin(one.trim())));
  await holdsAsync(bad, async (given) => {
    const { status } = await get('/ui/journal', {
      headers: { cookie: given, accept: 'text/html' },
    });
    expect(status).toBe(401);
  });
});

it('no form without its own CSRF token changes anything, and bad fields are told', async () => {
  const { get, log } = wholeService({ ui_config: { session_key: 'k'.repeat(32) } });
  const visitor = visitorOf({ get });
  await visitor.logIn(TOKEN);
  const csrf = await visitor.csrf('/ui/logout', '/ui/drift');
  const name = fc.oneof(
    fc.constantFrom('policy', 'csrf', 'etag', 'tags', '__proto__', 'reason'),
    anyText,
  );
  const fields = fc.array(fc.tuple(name, anyText), { maxLength: 4 });
  const given = fc.record({
    path: fc.constantFrom(
      '/ui/cleanup',
      '/ui/logout',
      '/ui/artifacts/platform/apps/web/frontend/stable/deletion',
    ),
    token: fc.oneof(mutated([csrf]), anyText).filter((text) => text !== csrf),
    fields,
  });
  await holdsAsync(given, async ({ path, token, fields: all }) => {
    const answer = await visitor.send(path, [
      ['csrf', token],
      ...all.map(([name, value]): [string, string] => [wellFormed(name), wellFormed(value)]),
    ]);
    expect([403, 404, 405, 413]).toContain(answer.status);
  });
  const valid = fc.record({ path: fc.constant('/ui/cleanup'), fields });
  await holdsAsync(valid, async ({ path, fields: all }) => {
    const others = all
      .map(([name, value]): [string, string] => [wellFormed(name), wellFormed(value)])
      .filter(([name]) => name !== 'csrf');
    const answer = await visitor.send(path, [['csrf', csrf], ...others]);
    expect(await answer.text()).not.toMatch(/search its log/i);
  });
  expect(log.filter(({ level }) => level === 'ERROR')).toEqual([]);
});

it('a receipt that was not signed here is not shown', async () => {
  const { get } = wholeService({ ui_config: { session_key: 'k'.repeat(32) } });
  const visitor = visitorOf({ get });
  await visitor.logIn(TOKEN);
  const receipt = `${btoa('{"project":"a"}').replace(/=+$/, '')}.signature`;
  await holdsAsync(mutated([receipt]), async (text) => {
    const signed = encodeURIComponent(wellFormed(text.slice(0, 2000)));
    const { status } = await visitor.open(`/ui/deletions/a${signed}`);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });
});

/** As a cookie is read; an escape that is broken stays. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The bytes of base64, one a character; what is no base64 stays. */
function bytesOf(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return base64;
  }
}
