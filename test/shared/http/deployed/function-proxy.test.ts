import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { harborArtifacts } from '../../../../functions/harbor-artifacts.ts';
import { localImages } from '../../../../functions/local-images.ts';
import { bodyOf } from '../../../support/body.ts';
import { startBridge } from '../../../support/bridge.ts';
import { eventually } from '../../../support/eventually.ts';
import { createRouter } from '../../../support/router.ts';
import { type StrangerAnswer, startStranger } from '../../../support/stranger.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const WRITE_TOKEN = 'write-token-of-the-test';

const json = (outgoing: ServerResponse, body = '[]', headers = {}) =>
  outgoing.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body);

/** A router in front of one function, and what that function was asked. */
async function inFront(
  name: string,
  answer: StrangerAnswer = (_, outgoing) => json(outgoing),
  sections: object = {},
) {
  const { url, requests } = await startStranger(answer);
  const router = createRouter({
    ...sections,
    router_config: { function_urls: { [name]: `${url}/base` }, function_timeout_ms: 5000 },
  });
  return { ...router, requests };
}

describe('a request to a deployed function', () => {
  it('keeps its raw path and query', async () => {
    const { get, requests } = await inFront('harbor-artifacts');
    await get('/harbor/artifacts/team-a/apps%2Fweb/front%252Fend?q=a%20b%2F&sort=-push_time');

    expect(requests.map(({ method, target }) => `${method} ${target}`)).toEqual([
      'GET /base/harbor/artifacts/team-a/apps%2Fweb/front%252Fend?q=a%20b%2F&sort=-push_time',
    ]);
  });

  it.each(['1.1 image-api2', '1.1 image-api.example', '1.1 proxy image-api'])(
    'may have come through a proxy of another name: %s',
    async (Via) => {
      const { get, requests } = await inFront('local-images');

      expect((await get('/local-images', { headers: { Via } })).status).toBe(200);
      expect(requests).toHaveLength(1);
    },
  );

  it('has the headers that functions read, Via, its trace, and nothing else', async () => {
    const { listen, requests } = await inFront('local-images');
    const { raw } = await listen();
    await raw(
      [
        'GET /local-images HTTP/1.1',
        'Host: localhost',
        'Connection: close, X-Named',
        'X-Named: hop',
        'Keep-Alive: timeout=9',
        'TE: trailers',
        'Proxy-Authorization: Basic x',
        'Authorization: Bearer abc',
        'Accept: application/json',
        'Cache-Control: no-cache',
        'If-None-Match: "x"',
        'X-Request-Id: r-1',
        'Cookie: sid=1',
        'Origin: https://page.example',
        'Forwarded: for=192.0.2.1',
        'X-Forwarded-For: 192.0.2.1',
        'X-Real-IP: 192.0.2.1',
        'Via: 1.1 nginx',
        'X-Whatever: y',
        '\r\n',
      ].join('\r\n'),
    );
    const { host: _, connection: __, ...headers } = requests[0]?.headers ?? {};

    expect(headers).toEqual({
      authorization: 'Bearer abc',
      accept: 'application/json',
      'cache-control': 'no-cache',
      'if-none-match': '"x"',
      'x-request-id': 'r-1',
      via: '1.1 image-api',
      traceparent: expect.stringMatching(/^00-/),
      // Fetch's own.
      pragma: 'no-cache',
      'accept-language': '*',
      'sec-fetch-mode': 'cors',
      'user-agent': expect.any(String),
      'accept-encoding': expect.any(String),
    });
  });

  it('asks for no new run only because it has an ETag', async () => {
    const { get, requests } = await inFront('local-images');
    await get('/local-images', { headers: { 'If-None-Match': '"x"' } });

    expect(requests[0]?.headers['cache-control']).toBe('max-stale');
  });

  it('has the body of a webhook, byte for byte', async () => {
    const { get, requests } = await inFront('webhook-invoke', (_, outgoing) => json(outgoing));
    const body = '{ "project": "täm"}\n';
    await get('/webhooks/local-images', {
      method: 'POST',
      body,
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'webhook-id': 'msg_1',
        'webhook-timestamp': '1',
        'webhook-signature': 'v1,abc',
      },
    });

    expect(requests[0]).toMatchObject({
      method: 'POST',
      target: '/base/webhooks/local-images',
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': 'msg_1',
        'webhook-timestamp': '1',
        'webhook-signature': 'v1,abc',
      },
    });
  });

  it('is never /livez, which answers for this process', async () => {
    const { get, requests } = await inFront('health');

    expect(await (await get('/livez')).text()).toBe('ok\n');
    expect(requests).toHaveLength(0);
    await get('/readyz');
    expect(requests.map(({ target }) => target)).toEqual(['/base/readyz']);
  });

  it('ends at the function when its client leaves', async () => {
    let left = false;
    const { listen, requests } = await inFront('images', (_, outgoing) => {
      outgoing.on('close', () => {
        left = true;
      });
    });
    const { get } = await listen();
    const leave = new AbortController();
    const asked = get('/images', { signal: leave.signal }).catch(() => 'left');
    await eventually(() => expect(requests).toHaveLength(1));
    leave.abort();

    expect(await asked).toBe('left');
    await eventually(() => expect(left).toBe(true));
  });
});

describe('the answer of a deployed function', () => {
  it('is what the function itself answers', async () => {
    const { socket } = await startBridge({ crictl_config: { crictl_max_age_ms: 60_000 } });
    const bridge_config = { bridge_url: `unix:${socket}` };
    const alone = createRouter({ bridge_config }, { fn: localImages });
    const { url } = await alone.listen();
    const router = createRouter({ router_config: { function_urls: { 'local-images': url } } });
    const headers = { 'X-Request-Id': 'r-1' };
    const answers = await Promise.all(
      [alone, router].map(async ({ get }) => {
        const answer = await get('/local-images?page_size=2', { headers });
        return { status: answer.status, headers: [...answer.headers], body: await answer.text() };
      }),
    );

    expect(answers[0]?.status).toBe(200);
    expect(answers[1]).toEqual(answers[0]);
  });

  it('may be 304, a problem of the function, or the answer to HEAD', async () => {
    const { socket } = await startBridge({ crictl_config: { crictl_max_age_ms: 60_000 } });
    const bridge_config = { bridge_url: `unix:${socket}` };
    const { url } = await createRouter({ bridge_config }, { fn: localImages }).listen();
    const { get } = createRouter({ router_config: { function_urls: { 'local-images': url } } });
    const etag = (await get('/local-images')).headers.get('etag') ?? '';
    const same = await get('/local-images', { headers: { 'If-None-Match': etag } });
    const wrong = await get('/local-images?sort=nothing');
    const head = await get('/local-images', { method: 'HEAD' });

    expect(same.status).toBe(304);
    expect([wrong.status, (await bodyOf(wrong)).code]).toEqual([422, 'invalid_request']);
    expect([head.status, head.headers.get('x-total-count')]).toEqual([200, expect.any(String)]);
  });

  it('may be the 503 of /readyz, which is no problem document', async () => {
    const { get } = await inFront('health', (incoming, outgoing) => {
      const id = incoming.headers['x-request-id'];
      const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Request-Id': id };
      outgoing.writeHead(503, headers).end('down\n');
    });
    const res = await get('/readyz');

    expect([res.status, await res.text()]).toEqual([503, 'down\n']);
  });

  it('is not the 503 of another function, even if it repeats the request id', async () => {
    const { get } = await inFront('images', (incoming, outgoing) => {
      const id = incoming.headers['x-request-id'];
      const headers = { 'Content-Type': 'text/plain', 'X-Request-Id': id };
      outgoing.writeHead(503, headers).end('no healthy upstream');
    });
    const res = await get('/images');

    expect([res.status, (await bodyOf(res)).code]).toEqual([502, 'function_unavailable']);
  });

  it('loses the headers that the platform of the function added', async () => {
    const { get } = await inFront('local-images', (_, outgoing) =>
      json(outgoing, '[]', {
        'Set-Cookie': 'sid=1',
        Server: 'platform',
        'Strict-Transport-Security': 'max-age=1',
        'Alt-Svc': 'h3=":443"',
        'X-Request-Id': 'another',
        ETag: '"e"',
      }),
    );
    const { headers } = await get('/local-images', { headers: { 'X-Request-Id': 'r-1' } });

    expect(headers.get('etag')).toBe('"e"');
    expect(headers.get('x-request-id')).toBe('r-1');
    expect(
      ['set-cookie', 'server', 'strict-transport-security', 'alt-svc'].map((name) =>
        headers.get(name),
      ),
    ).toEqual([null, null, null, null]);
  });
});

describe('the headers of the answer are those of this service', () => {
  it.each([
    ['GET', 'application/json', 'private, no-cache'],
    ['GET', 'application/problem+json', 'no-store'],
  ])('%s, %s: %s', async (method, type, caching) => {
    const { get } = await inFront('local-images', (_, outgoing) =>
      outgoing
        .writeHead(type.includes('problem') ? 404 : 200, {
          'Content-Type': `${type}; charset=utf-16`,
          'Cache-Control': 'public, max-age=31536000, immutable',
          Link: '<https://elsewhere.example/x.css>; rel="stylesheet"',
          'WWW-Authenticate': 'Basic realm="your password"',
        })
        .end('{}'),
    );
    const { headers } = await get('/local-images?page=1', { method });

    expect(
      ['content-type', 'cache-control', 'link', 'www-authenticate'].map((name) =>
        headers.get(name),
      ),
    ).toEqual([type, caching, null, null]);
  });

  it.each([
    '<//elsewhere.example/local-images?page=2>; rel="next"',
    '</local-images?page=2>; rel="preload"',
    '</local-images?page=2>; rel="next", </x>; rel="preload"; as="script"',
  ])('without links elsewhere: %s', async (Link) => {
    const { get } = await inFront('local-images', (_, outgoing) => json(outgoing, '[]', { Link }));

    expect((await get('/local-images?page=1')).headers.get('link')).toBeNull();
  });

  it.each(['image/svg+xml', 'text/html', 'text/plain', 'application/xhtml+xml', 'text/xml', ''])(
    'an answer of type "%s" is none of a function',
    async (type) => {
      const { get } = await inFront('local-images', (_, outgoing) =>
        json(outgoing, '<svg/>', { 'Content-Type': type }),
      );

      expect((await bodyOf(await get('/local-images'))).code).toBe('function_unavailable');
    },
  );
});

describe('what is not passed on', () => {
  it.each([
    [
      'GET',
      '/local-images',
      401,
      { app_config: { read_token: 'token-r-of-the-test', write_token: WRITE_TOKEN } },
    ],
    [
      'DELETE',
      `/harbor/artifacts/a/b/${DIGEST}`,
      401,
      { app_config: { write_token: WRITE_TOKEN } },
    ],
    ['DELETE', `/harbor/artifacts/a/b/${DIGEST}`, 403, {}],
    ['GET', '/local-images', 403, { app_config: { allowed_hosts: ['other.example'] } }],
  ])('%s %s without the right: %i', async (method, path, status, sections) => {
    const { url, requests } = await startStranger((_, outgoing) => json(outgoing));
    const function_urls = { 'local-images': url, 'delete-harbor-artifact': url };
    const { get } = createRouter({ ...sections, router_config: { function_urls } });

    expect((await get(path, { method })).status).toBe(status);
    expect(requests).toEqual([]);
  });

  it.each(['1.1 nginx, 1.1 image-api', 'HTTP/1.1 IMAGE-API', '1.1 image-api (v1),1.1 a'])(
    'a request that came through a router, %s: proxy_loop',
    async (Via) => {
      const { get, requests } = await inFront('local-images');
      const answer = await get('/local-images', { headers: { Via } });

      expect([answer.status, (await bodyOf(answer)).code]).toEqual([508, 'proxy_loop']);
      expect(requests).toEqual([]);
    },
  );

  it('a request of a router that is in front of another: proxy_loop', async () => {
    const { url, requests } = await startStranger((_, outgoing) => json(outgoing));
    const inner = createRouter({ router_config: { function_urls: { images: url } } });
    const function_urls = { images: (await inner.listen()).url };
    const { get } = createRouter({ router_config: { function_urls } });

    expect((await bodyOf(await get('/images'))).code).toBe('proxy_loop');
    expect(requests).toEqual([]);
  });

  it.each([
    '/harbor/artifacts/team-a/b/../c',
    '/harbor/artifacts/team-a/b/%2e%2e/c',
    '/harbor/artifacts/team-a/./c',
    '/harbor/artifacts/team-a/b\\..\\c',
    '/harbor/artifacts/team-a/b/c\\',
  ])('%s: no function is asked', async (target) => {
    const { listen, requests } = await inFront('harbor-artifacts');
    const { raw } = await listen();
    const answer = await raw(
      `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
    );

    expect(answer).toMatch(/^HTTP\/1.1 422 /);
    expect(requests).toEqual([]);
  });

  it('a body before its access is checked, if the function is in this process', async () => {
    const { get } = createRouter({
      webhook_config: { harbor_webhook_token: 'Bearer the-right-token-of-harbor' },
    });
    const res = await get('/webhooks/harbor', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer wrong' },
      body: 'x'.repeat(2 * 1024 * 1024),
    });

    expect(res.status).toBe(401);
  });

  it('a body that is too large', async () => {
    const { get, requests } = await inFront('harbor-webhook');
    const body = new Uint8Array(1024 * 1024 + 1);
    const answer = await get('/webhooks/harbor', { method: 'POST', body });

    expect(answer.status).toBe(413);
    expect(requests).toEqual([]);
  });
});

interface Asked extends RequestInit {
  readonly path?: string;
  readonly timeoutMs?: number;
}

describe('a function that fails, fails alone', () => {
  const problem = async (
    answer: StrangerAnswer,
    { path = '/images', timeoutMs = 20_000, ...init }: Asked = {},
  ) => {
    const { url } = await startStranger(answer);
    const function_urls = { images: url, 'delete-harbor-artifact': url };
    const { get } = createRouter({
      app_config: { write_token: WRITE_TOKEN },
      router_config: { function_urls, function_timeout_ms: timeoutMs },
    });
    const [failed, other] = await Promise.all([get(path, init), get('/openapi.json')]);
    return { status: failed.status, other: other.status, body: await bodyOf(failed) };
  };

  it.each([
    ['is cut off', (_: unknown, outgoing: ServerResponse) => outgoing.destroy()],
    [
      'is cut off in the middle',
      (_: unknown, outgoing: ServerResponse) => {
        outgoing.writeHead(200, { 'Content-Type': 'application/json' }).write('[{');
        setTimeout(() => outgoing.destroy(), 20);
      },
    ],
    [
      'redirects',
      (_: unknown, outgoing: ServerResponse) =>
        outgoing.writeHead(302, { Location: '/openapi.json' }).end(),
    ],
    [
      'is not there, says its platform',
      (_: unknown, outgoing: ServerResponse) =>
        outgoing.writeHead(404, { 'Content-Type': 'application/json' }).end('{"message":"no"}'),
    ],
    [
      'broke, says its platform',
      (_: unknown, outgoing: ServerResponse) =>
        outgoing.writeHead(502, { 'Content-Type': 'text/html' }).end('<html>'),
    ],
    [
      'is hidden by a login page',
      (_: unknown, outgoing: ServerResponse) =>
        outgoing.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>'),
    ],
    ['says nothing', (_: unknown, outgoing: ServerResponse) => outgoing.writeHead(204).end()],
  ])('%s: function_unavailable', async (_, answer) => {
    const { status, other, body } = await problem(answer);

    expect([status, body.code, other]).toEqual([502, 'function_unavailable', 200]);
    expect(body.detail).toContain('The function images');
  });

  it.each([
    ['does not answer', 100, () => undefined],
    [
      'timed out, says its platform',
      20_000,
      (_: unknown, outgoing: ServerResponse) => outgoing.writeHead(504).end(),
    ],
  ])('%s: function_timeout', async (_, timeoutMs, answer) => {
    const { status, other, body } = await problem(answer, { timeoutMs });

    expect([status, body.code, other]).toEqual([504, 'function_timeout', 200]);
  });

  it('is down: function_unavailable', async () => {
    const { get } = createRouter({
      router_config: { function_urls: { images: 'http://127.0.0.1:9' } },
    });
    const answer = await get('/images');

    expect([answer.status, (await bodyOf(answer)).code]).toEqual([502, 'function_unavailable']);
  });

  it('while deleting: the outcome is unknown', async () => {
    const { status, body } = await problem(() => undefined, {
      path: `/harbor/artifacts/a/b/${DIGEST}`,
      timeoutMs: 100,
      method: 'DELETE',
      headers: { Authorization: `Bearer ${WRITE_TOKEN}` },
    });

    expect([status, body.code, body['outcome']]).toEqual([504, 'function_timeout', 'unknown']);
  });
});

it('works with only the fetch of the runtime, as on the edge', async () => {
  const { url, requests } = await startStranger((_, outgoing) => json(outgoing, '["there"]'));
  const { get } = createRouter(
    { router_config: { function_urls: { 'harbor-artifacts': url } } },
    { parts: { fetchFunction: fetch } },
  );

  expect(await (await get('/harbor/artifacts/a/b')).json()).toEqual(['there']);
  expect(requests).toHaveLength(1);
});

it('does not redirect a function that is served alone, whatever function_urls contains', async () => {
  const { get } = createRouter(
    { router_config: { function_urls: { 'harbor-artifacts': 'http://127.0.0.1:9' } } },
    { fn: harborArtifacts },
  );

  expect((await bodyOf(await get('/harbor/artifacts/a/b'))).code).toBe('harbor_not_configured');
});
