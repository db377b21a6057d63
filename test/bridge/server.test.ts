import { setMaxListeners } from 'node:events';
import { existsSync } from 'node:fs';
import { request as tlsRequest } from 'node:https';
import { describe, expect, it } from 'vitest';
import { listenForBridge } from '../../bridge/listen.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import { noBridge } from '../../shared/ports/no-bridge.ts';
import { crictlOutput, crictlRun } from '../fixtures/recordings.ts';
import { freePort } from '../real/free-port.ts';
import { NODE, startBridge } from '../support/bridge.ts';
import { configurationOf } from '../support/configuration.ts';
import { eventually } from '../support/eventually.ts';
import { hashedTexts } from '../support/hashed-texts.ts';
import { memoryLog } from '../support/log.ts';
import { askSocket, type RawAnswer } from '../support/raw-request.ts';
import { startTlsBridge } from '../support/tls-bridge.ts';

const TOKEN = 'token-of-the-bridge';
const noCache = { headers: { 'Cache-Control': 'no-cache' } };

describe('the answers of the bridge', () => {
  it('GET /v1/images: named fields of each image', async () => {
    const { socket } = await startBridge();
    const answer = await askSocket(socket, '/v1/images');
    const { started_at_ms, images } = JSON.parse(answer.body);

    expect(answer.status).toBe(200);
    expect(started_at_ms).toEqual(expect.any(Number));
    expect(images).toHaveLength(JSON.parse(NODE.images?.stdout ?? '').images.length);
    expect(new Set(images.flatMap(Object.keys))).toEqual(
      new Set(['id', 'repo_tags', 'repo_digests', 'size_bytes', 'pinned', 'sandbox']),
    );
  });

  it('GET /v1/containers: no labels, annotations or environment', async () => {
    const { socket } = await startBridge();
    const { body } = await askSocket(socket, '/v1/containers');
    const recorded = JSON.parse(crictlOutput('v1.34.0-containerd-1.7.24', 'ps-all.json'));
    const labels = Object.keys(recorded.containers[0].labels);

    expect(labels).toContain('io.kubernetes.container.name');
    expect(body).not.toMatch(/io\.kubernetes|labels|annotations/);
    expect(JSON.parse(body).containers).toContainEqual({
      id: expect.stringMatching(/^f8fb65f06a14/),
      name: 'web',
      state: 'CONTAINER_RUNNING',
      image_ref: expect.stringMatching(/^sha256:ba0ba791/),
      image: '127.0.0.1:5050/multi/arch:2.0',
      pod: 'web-7c9d',
      namespace: 'shop',
      pod_uid: null,
      attempt: 0,
      created_at: '2026-11-24T05:52:12.093Z',
      finished_at: null,
    });
  });

  it('GET /v1/version: of the product and of the interface', async () => {
    const { socket } = await startBridge();
    const { body } = await askSocket(socket, '/v1/version');

    expect(JSON.parse(body)).toEqual({ version: expect.stringMatching(/^\d+\./), wire_version: 2 });
  });

  it('GET /v1/node: the node, its runtime, images and containers in one', async () => {
    const { socket } = await startBridge({ bridge_config: { node_name: 'node-3' } });
    const node = await askSocket(socket, '/v1/node');
    const images = await askSocket(socket, '/v1/images');
    const containers = await askSocket(socket, '/v1/containers');

    expect(node.status).toBe(200);
    expect(JSON.parse(node.body)).toEqual({
      name: 'node-3',
      instance: expect.stringMatching(/^[0-9a-f-]{36}$/),
      runtime: { name: 'containerd', version: '1.7.24~ds1' },
      image_filesystems: [
        {
          mountpoint: '/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs',
          used_bytes: 16_379_904,
        },
      ],
      images: expect.toSatisfy((rows) => rows.length === JSON.parse(images.body).images.length),
      containers: expect.arrayContaining(JSON.parse(containers.body).containers),
    });
  });

  it('GET /v1/node: when its list of containers began, after the request', async () => {
    const ps = { stdout: '{"containers": []}' };
    const images = { stdout: '{"images": []}', delayMs: 300 };
    const { socket } = await startBridge({ crictl: { ps, images, other: { exitCode: 1 } } });
    const fresh = await askSocket(socket, '/v1/node', noCache);
    const shared = await askSocket(socket, '/v1/node');

    expect(Number(fresh.headers['x-containers-after-ms'])).toBeGreaterThanOrEqual(290);
    expect(Number(shared.headers['x-containers-after-ms'])).toBeLessThan(0);
  });

  it.each(['/v1/node', '/v1/images', '/v1/containers'])(
    'GET %s answers 304 without a body, with its age, to a client that has the content, of a later run too',
    async (path) => {
      const clock = { ms: Date.now() };
      const { socket, crictl } = await startBridge({ now: () => clock.ms });
      const first = await askSocket(socket, path);
      const headers = { 'If-None-Match': String(first.headers['etag']) };
      clock.ms += 500;
      const same = await askSocket(socket, path, { headers });
      const asked = crictl.calls().length;
      clock.ms += 5000;
      const later = await askSocket(socket, path, { headers });

      expect([same.status, same.body, same.headers['age']]).toEqual([304, '', '0']);
      expect([later.status, later.body, later.headers['age']]).toEqual([304, '', '0']);
      expect(crictl.calls().length).toBeGreaterThan(asked);
    },
  );

  it.each([
    ['/v1/node', 'images'],
    ['/v1/node', 'ps'],
    ['/v1/images', 'images'],
    ['/v1/containers', 'ps'],
  ] as const)(
    'GET %s answers 200 with another tag when %s says something else',
    async (path, command) => {
      const { socket, crictl } = await startBridge();
      const first = await askSocket(socket, path);
      crictl.answer(command, {
        stdout: command === 'ps' ? '{"containers": []}' : '{"images": []}',
      });
      const headers = { 'If-None-Match': String(first.headers['etag']), ...noCache.headers };
      const later = await askSocket(socket, path, { headers });

      expect(later.status).toBe(200);
      expect(later.headers['etag']).not.toBe(first.headers['etag']);
    },
  );

  it('answers the age of its rows, and runs crictl again for no-cache', async () => {
    const clock = { ms: Date.now() };
    const { socket, crictl } = await startBridge({
      now: () => clock.ms,
      crictl_config: { crictl_max_age_ms: 60_000 },
    });
    await askSocket(socket, '/v1/images');
    clock.ms += 7500;
    const kept = await askSocket(socket, '/v1/images');
    const calls = crictl.calls().length;
    const anew = await askSocket(socket, '/v1/images', noCache);

    expect([kept.headers['age'], calls]).toEqual(['7', 1]);
    expect([anew.headers['age'], crictl.calls().length]).toEqual(['0', 2]);
  });

  it('answers a failure of crictl as a problem with its code', async () => {
    const { socket } = await startBridge({
      crictl: { images: crictlRun('v1.34.0-containerd-1.7.24', 'permission-denied') },
    });
    const answer = await askSocket(socket, '/v1/images', { headers: { 'X-Request-Id': 'r-1' } });

    expect(answer.status).toBe(503);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({
      code: 'crictl_permission_denied',
      request_id: 'r-1',
    });
  });
});

it('has five paths without parameters, which only read', () => {
  const bridge = { ...noBridge, configured: true };
  const { routes } = createBridgeApp({
    bridge,
    configuration: configurationOf({}),
    logger: memoryLog().logger,
  });

  expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual([
    ...Array(2).fill('ALL /*'), // for every request: its log and its token
    'GET /v1/node',
    'GET /v1/images',
    'GET /v1/containers',
    'GET /v1/version',
    'GET /metrics',
  ]);
});

describe('requests that it always refuses', () => {
  it.each([
    '/',
    '/v1',
    '/v1/',
    '/v1/images/',
    '/v1/node/',
    '/v1/nodes',
    '/v1/images/..',
    '/v1/../v1/images',
    '/v1/x/../images',
    '/./v1/images',
    '//v1/images',
    '/v1//images',
    '/v1/%69mages',
    '/v1/images%2f..%2fcontainers',
    '/v1/images%00',
    '/v1/images;x',
    '/V1/images',
    '/v2/images',
    '/v1/pods',
    '/v1/exec',
    '/local-images',
    '/harbor/projects',
    '/livez',
    '/readyz',
    '/openapi.json',
  ])('GET %s is 404, and crictl is not run', async (target) => {
    const { socket, crictl } = await startBridge({ bridge_config: { bridge_token: TOKEN } });
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const answer = await askSocket(socket, target, { headers });

    expect([answer.status, JSON.parse(answer.body).code]).toEqual([404, 'not_found']);
    expect(crictl.calls()).toEqual([]);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s is 405, and crictl is not run',
    async (method) => {
      const { socket, crictl } = await startBridge({ bridge_config: { bridge_token: TOKEN } });
      const headers = { Authorization: `Bearer ${TOKEN}` };
      const answer = await askSocket(socket, '/v1/images', { method, headers });

      expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD']);
      expect(crictl.calls()).toEqual([]);
    },
  );

  it('lets no query reach the argument list', async () => {
    const { socket, crictl } = await startBridge();
    await askSocket(socket, '/v1/images?--help&id=;reboot');

    expect(crictl.calls()).toEqual([['--timeout', '9s', 'images', '-o', 'json']]);
  });
});

describe('its token', () => {
  it.each([
    ['none', {}],
    ['another', { Authorization: 'Bearer another-token-of-test' }],
    ['a longer one', { Authorization: `Bearer ${TOKEN}x` }],
    ['an empty one', { Authorization: 'Bearer ' }],
    ['Basic', { Authorization: `Basic ${btoa(`x:${TOKEN}`)}` }],
  ])('%s is 401, and crictl is not run', async (_, headers) => {
    const { socket, crictl } = await startBridge({ bridge_config: { bridge_token: TOKEN } });
    const answers = await Promise.all(
      ['/v1/node', '/v1/images', '/v1/containers', '/v1/version'].map((path) =>
        askSocket(socket, path, { headers }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers[0]?.headers['www-authenticate']).toBe('Bearer');
    expect(crictl.calls()).toEqual([]);
  });

  it.each([TOKEN, 'another-token-of-test', 'x'])('is compared as a hash with %s', async (token) => {
    const { socket } = await startBridge({ bridge_config: { bridge_token: TOKEN } });
    const hashed = hashedTexts();
    await askSocket(socket, '/v1/version', { headers: { Authorization: `Bearer ${token}` } });

    expect(hashed()).toEqual([TOKEN, token].toSorted());
  });
});

describe('its limits', () => {
  it('lets 256 callers wait for one crictl, and answers overloaded to the next', async () => {
    const { socket, crictl } = await startBridge({ crictl: { images: { hang: true } } });
    const leave = new AbortController();
    setMaxListeners(300, leave.signal);
    const answered: RawAnswer[] = [];
    const asked = Array.from({ length: 300 }, () =>
      askSocket(socket, '/v1/images', { signal: leave.signal }).then(
        (answer) => answered.push(answer),
        () => 'left',
      ),
    );
    await eventually(() => expect(answered).toHaveLength(44));
    leave.abort();
    const left = (await Promise.all(asked)).filter((outcome) => outcome === 'left');

    expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([503]));
    expect(JSON.parse(answered[0]?.body ?? '').code).toBe('overloaded');
    expect(answered[0]?.headers['retry-after']).toBe('1');
    expect(left).toHaveLength(256);
    expect(crictl.calls()).toHaveLength(1);
  });
});

/** 127.0.0.1 in a notation that does not pass for loopback: tests listen nowhere else. */
const ELSEWHERE = '127.1';

describe('where it listens', () => {
  const refusedOf = (bridge_config: object) =>
    listenForBridge(
      { fetch: () => new Response() },
      { bridge_config: configurationOf({ bridge_config }).bridge_config, environment: {} },
    );

  it.each([
    ['TCP without a token', { bridge_listen: '127.0.0.1:7001' }, 'bridge_token: expected a token'],
    [
      'off loopback without TLS',
      { bridge_listen: '0.0.0.0:7001', bridge_token: TOKEN },
      'bridge_tls_cert: expected a certificate',
    ],
    [
      'with TLS files that are not there',
      {
        bridge_listen: '127.0.0.1:7001',
        bridge_token: TOKEN,
        bridge_tls_cert: '/nonexistent/c.pem',
        bridge_tls_key: '/nonexistent/k.pem',
      },
      'bridge_tls_cert: expected PEM files',
    ],
  ])('not on %s', async (_, bridge_config, detail) => {
    await expect(refusedOf(bridge_config)).rejects.toMatchObject({
      code: 'invalid_configuration',
      message: expect.stringContaining(detail),
    });
  });

  it('off loopback in plain text with bridge_allow_plaintext', async () => {
    const port = await freePort();
    await startBridge({
      bridge_config: {
        bridge_listen: `${ELSEWHERE}:${port}`,
        bridge_token: TOKEN,
        bridge_allow_plaintext: true,
      },
    });
    const headers = { Authorization: `Bearer ${TOKEN}` };

    expect((await fetch(`http://127.0.0.1:${port}/v1/version`, { headers })).status).toBe(200);
  });

  it('over TLS off loopback', async () => {
    const { port } = await startTlsBridge(TOKEN, { host: ELSEWHERE });
    const status = await new Promise((resolve, reject) => {
      tlsRequest(
        {
          host: '127.0.0.1',
          port,
          path: '/v1/version',
          rejectUnauthorized: false,
          headers: { Authorization: `Bearer ${TOKEN}` },
        },
        (answer) => resolve(answer.statusCode),
      )
        .on('error', reject)
        .end();
    });

    expect(status).toBe(200);
  });

  it('keeps an idle connection for a router that asks once a minute', async () => {
    const bridge_listen = `127.0.0.1:${await freePort()}`;
    await startBridge({ bridge_config: { bridge_listen, bridge_token: TOKEN } });
    const answer = await fetch(`http://${bridge_listen}/v1/version`);
    await answer.text();
    expect(answer.headers.get('keep-alive')).toBe('timeout=75');
  });

  it('leaves neither socket nor lock behind when it stops', async () => {
    const { socket, close } = await startBridge();
    expect([existsSync(socket), existsSync(`${socket}.lock`)]).toEqual([true, true]);
    await close();

    expect([existsSync(socket), existsSync(`${socket}.lock`)]).toEqual([false, false]);
  });
});
