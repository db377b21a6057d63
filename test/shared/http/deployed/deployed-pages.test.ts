/** The pages when `function_urls` has their function. */
import type { OutgoingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ui } from '../../../../functions/ui.tsx';
import { createRouter } from '../../../support/router.ts';
import { type SeenRequest, startStranger } from '../../../support/stranger.ts';
import { visitorOf } from '../../../support/visitor.ts';

const TOKEN = 'read-token-of-the-test';
const app_config = {
  read_token: { reader: TOKEN },
  write_token: { writer: 'write-token-of-the-test' },
  public_url: 'http://localhost',
};
const ui_config = { session_key: 'session-key-of-the-test-of-32-characters' };
const CSP = "default-src 'none'; frame-ancestors 'none'";

/** The function of the pages on a port, and a router in front of it. */
async function deployedPages(ofFunction: object = {}) {
  const { url } = await createRouter({ app_config, ui_config, ...ofFunction }, { fn: ui }).listen();
  const router_config = { function_urls: { ui: url } };
  return createRouter({ app_config, ui_config, router_config });
}

/** A router in front of a server that answers as the test says. */
async function inFront(
  answer: (seen: SeenRequest) => [status: number, headers: OutgoingHttpHeaders, body?: string],
) {
  const { url, requests } = await startStranger((seen, outgoing) => {
    const [status, headers, body = ''] = answer(seen);
    const id = seen.headers['x-request-id'];
    outgoing.writeHead(status, { 'X-Request-Id': id, ...headers }).end(body);
  });
  const router = createRouter({ ui_config, router_config: { function_urls: { ui: url } } });
  return { ...router, requests };
}

describe('pages of a deployed function', () => {
  it('are opened by a login through the router', async () => {
    const visitor = visitorOf(await deployedPages());
    const refused = await visitor.open('/ui');
    const answer = await visitor.logIn(TOKEN, '/ui/compare');
    const page = await visitor.open('/ui');

    expect(refused.status).toBe(401);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/ui/compare']);
    expect(page.status).toBe(503);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await page.text()).toMatch(/reader.*bridge_unavailable/s);
  });

  it('are compressed once', async () => {
    const { get } = await deployedPages();
    const headers = { Accept: 'text/html', 'Accept-Encoding': 'gzip' };
    const page = await get('/ui/login', { headers });
    const text = await new Response(page.body?.pipeThrough(new DecompressionStream('gzip'))).text();

    expect(page.headers.get('content-encoding')).toBe('gzip');
    expect(page.headers.get('vary')).toBe('Cookie, Accept, Accept-Encoding');
    expect(text).toMatch(/^<!doctype html>/);
  });

  it('say that public_url is missing, because the function sees another host', async () => {
    const visitor = visitorOf(
      await deployedPages({ app_config: { ...app_config, public_url: undefined } }),
    );
    const answer = await visitor.logIn(TOKEN);

    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('app_config.public_url');
  });

  it('end a session that another key has signed', async () => {
    const other = { session_key: 'another-key-of-the-test-of-32-characters' };
    const visitor = visitorOf(await deployedPages({ ui_config: other }));
    const answer = await visitor.logIn(TOKEN);

    expect(answer.status).toBe(303);
    expect((await visitor.open('/ui')).status).toBe(401); // at the router
  });

  it('redirect from / without a call', async () => {
    const { get, requests } = await inFront(() => [500, {}]);
    const answer = await get('/', { headers: { Accept: 'text/html' } });

    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/ui']);
    expect(requests).toEqual([]);
  });
});

describe('the function of the pages', () => {
  it('gets the session and the origin of a form, and no other cookie and no token', async () => {
    const { get, requests } = await inFront(() => [303, { Location: '/ui' }]);
    await get('/ui/login', {
      method: 'POST',
      body: 'csrf=a&token=b',
      headers: {
        Cookie: 'theme=dark; image_api_session=abc.def; tracker=1',
        Origin: 'https://images.example',
        'Sec-Fetch-Site': 'same-origin',
        Authorization: 'Bearer abc',
        'Content-Type': 'application/x-www-form-urlencoded',
      },
    });

    expect(requests[0]).toMatchObject({
      body: 'csrf=a&token=b',
      headers: {
        cookie: 'image_api_session=abc.def',
        origin: 'https://images.example',
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('sets the cookie of the session, and no other', async () => {
    const cookie = 'image_api_session=x; Path=/ui; HttpOnly';
    const headers = { Location: '/ui', 'Set-Cookie': ['platform=1', cookie] };
    const { get } = await inFront(() => [303, headers]);
    const answer = await get('/ui/logout', { method: 'POST', body: 'csrf=a' });

    expect(answer.headers.getSetCookie()).toEqual([cookie]);
  });

  it.each([
    ['a redirect elsewhere', 303, { Location: 'https://elsewhere.example/' }],
    ['a redirect to another host without a scheme', 303, { Location: '//elsewhere.example/' }],
    ['a picture with a script', 200, { 'Content-Type': 'image/svg+xml' }],
    [
      'a picture with the policy of pages',
      200,
      { 'Content-Type': 'image/svg+xml', 'Content-Security-Policy': CSP },
    ],
    ['a page of its platform', 200, { 'Content-Type': 'text/html' }],
    ['an error page of its platform', 503, { 'Content-Type': 'text/html' }],
    [
      'a page for another request',
      200,
      { 'Content-Type': 'text/html', 'Content-Security-Policy': CSP, 'X-Request-Id': 'other' },
    ],
  ])('may not answer %s', async (_, status, headers) => {
    const { get } = await inFront(() => [status, headers, '<h1>It works</h1>']);
    const answer = await get('/ui/login', { headers: { Accept: 'text/html' } });

    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('function_unavailable');
  });

  it('may answer the page of an error', async () => {
    const headers = { 'Content-Type': 'text/html', 'Content-Security-Policy': CSP };
    const { get } = await inFront(() => [504, headers, '<h1>crictl is slow</h1>']);
    const answer = await get('/ui/login', { headers: { Accept: 'text/html' } });

    expect([answer.status, await answer.text()]).toEqual([504, '<h1>crictl is slow</h1>']);
  });

  it('may fail at a login, which deletes nothing', async () => {
    const { get } = await inFront(() => [500, {}]);
    const answer = await get('/ui/login', { method: 'POST', body: 'csrf=a' });

    expect(answer.status).toBe(502);
    expect(await answer.text()).not.toContain('unknown whether');
  });
});
