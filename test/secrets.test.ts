/**
 * No secret appears: every secret of the service, through every failure, and then a
 * search through all output (answers with their headers, the log at DEBUG, stderr).
 */
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { secretsOf } from '../shared/adapters/log/redaction.ts';
import { createApp } from '../shared/http/app.ts';
import { createFunction } from '../shared/http/function.ts';
import { openLog } from '../shared/node/log/log.ts';
import { createNodeServices } from '../shared/node/node-services.ts';
import { noBridge } from '../shared/ports/no-bridge.ts';
import { recordedDeliveries } from './fixtures/recordings.ts';
import { freePort } from './real/free-port.ts';
import { makeAuthority } from './shared/node/upstreams/certificates.ts';
import { configurationOf } from './support/configuration.ts';
import { testFolder } from './support/folder.ts';
import { startProcess } from './support/processes.ts';
import { secretsIn } from './support/secrets.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Known ones, with all that quoting and encoding can change. */
const SECRETS = {
  harbor_password: 'p\u00e4ss"w\\rd/of+H@rbor?<1>',
  read_token: 'r3ad"t\\ken/of+the%test',
  write_token: 'wr1te"t\\ken/of+the%test',
  harbor_webhook_token: 'h00k"t\\ken/of+the%test',
  bridge_token: 'br1dge"t\\ken/of+the%test',
  node_token: 'n0de"t\\ken/of+the%test',
  invoke_secret: base64('invoke secret, 24 bytes!'),
  notify_secret: base64('notify secret, 24 bytes!'),
  notify_url: '/services/T0123/B0123/n0tify-url-of-the-test',
  proxy_password: 'pr0xy-passw0rd-of-the-test',
  session_key: 'sess1on"k\\ey/of+the%test,32-characters',
};
const ENVIRONMENT = {
  HARBOR_USERNAME: 'robot$test',
  HARBOR_PASSWORD: SECRETS.harbor_password,
  READ_TOKEN: SECRETS.read_token,
  WRITE_TOKEN: JSON.stringify({ ci: SECRETS.write_token }),
  HARBOR_WEBHOOK_TOKEN: `Bearer ${SECRETS.harbor_webhook_token}`,
  BRIDGE_TOKEN: SECRETS.bridge_token,
  INVOKE_SECRET: `whsec_${SECRETS.invoke_secret}`,
  NOTIFY_SECRET: `whsec_${SECRETS.notify_secret}`,
  SESSION_KEY: SECRETS.session_key,
};
const READER = { authorization: `Bearer ${SECRETS.read_token}` };
const WRITER = { authorization: `Bearer ${SECRETS.write_token}` };
const PAGE = { accept: 'text/html' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const ARTIFACT = '/harbor/artifacts/apps/web/v1';

/** All of the service, and each way to ask it something. */
const REQUESTS: readonly (readonly [
  method: string,
  path: string,
  headers: object,
  body?: string,
])[] = [
  ['GET', '/local-images', { ...READER, 'cache-control': 'no-cache' }],
  ['GET', '/harbor/projects', READER],
  ['GET', '/harbor/repositories/apps', READER],
  ['GET', '/harbor/artifacts/apps/web', READER],
  ['GET', '/images', READER],
  ['GET', '/readyz?verbose', READER],
  ['GET', '/nodes', READER],
  ['GET', '/nodes/node-1/images', READER],
  ['DELETE', `${ARTIFACT}?dry_run=true`, READER],
  ['DELETE', ARTIFACT, WRITER],
  ['DELETE', ARTIFACT, READER],
  ['GET', '/local-images', { authorization: `Basic ${base64(`x:${SECRETS.read_token}`)}` }],
  ['GET', '/local-images', { authorization: `Bearer ${SECRETS.read_token} and more` }],
  ['GET', '/local-images?sort=x', { ...READER, 'x-forwarded-for': SECRETS.write_token }],
  ['GET', `/nothing?token=${encodeURIComponent(SECRETS.write_token)}`, READER],
  ['GET', '/ui', PAGE],
  ['GET', '/ui/login', PAGE],
  ['POST', '/ui/login', { ...PAGE, ...FORM }, `token=${encodeURIComponent(SECRETS.write_token)}`],
  ['POST', '/webhooks/harbor', READER, '{}'],
  ['POST', '/webhooks/local-images', WRITER, '{}'],
  [
    'POST',
    '/webhooks/harbor',
    { authorization: ENVIRONMENT.HARBOR_WEBHOOK_TOKEN, 'content-type': 'application/json' },
    recordedDeliveries('delete-v2')[0]?.body ?? '',
  ],
];

/** Sends all requests at the same time. @returns all answers, with their headers */
async function askEverything(url: string): Promise<string> {
  const answers = await Promise.all(
    REQUESTS.map(async ([method, path, headers, body]) => {
      const res = await fetch(`${url}${path}`, {
        method,
        headers: { ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const lines = [...res.headers].map(([name, value]) => `${name}: ${value}`);
      return [res.status, ...lines, await res.text()].join('\n');
    }),
  );
  return answers.join('\n\n');
}

type Echo = (heard: string, req: IncomingMessage, res: ServerResponse) => void;

const json = (status: number, body: (heard: string) => unknown): Echo => {
  return (heard, _, res) => {
    res.writeHead(status, { 'content-type': 'application/json', 'x-echo': heard });
    res.end(JSON.stringify(body(heard)));
  };
};
const harborError = (status: number, code: string) =>
  json(status, (heard) => ({ errors: [{ code, message: `not with ${heard}` }] }));
const page = (status: number, type = 'text/html'): Echo => {
  return (heard, _, res) => {
    res.writeHead(status, { 'content-type': type }).end(`<h1>${status}</h1><pre>${heard}</pre>`);
  };
};

/** Ways in which an upstream can echo what it received. */
const FAILURES: Readonly<Record<string, Echo>> = {
  '401': harborError(401, 'UNAUTHORIZED'),
  '403': harborError(403, 'FORBIDDEN'),
  '403 read-only': harborError(403, 'DENIED'),
  '404': harborError(404, 'NOT_FOUND'),
  '412': harborError(412, 'PRECONDITION'),
  '429': harborError(429, 'TOO_MANY'),
  '500': harborError(500, 'UNKNOWN'),
  'a code that is an echo': json(500, (heard) => ({ errors: [{ code: heard, message: '' }] })),
  'a proxy 502': page(502),
  'a proxy 504': page(504),
  'HTML with 200': page(200),
  'a type that is an echo': (heard, req, res) => page(400, `text/${heard}`)(heard, req, res),
  'another shape': json(200, (heard) => ({ heard })),
  'rows of another shape': json(200, (heard) => [{ id: heard, digest: 5 }]),
  'broken JSON': (heard, _, res) => {
    res.writeHead(200, { 'content-type': 'application/json' }).end(`{"${heard}`);
  },
  'a redirect': (heard, _, res) => {
    const host = heard.replace(/[^A-Za-z0-9]/g, '').toLowerCase();
    res.writeHead(302, { location: `http://${host}.example/?${encodeURIComponent(heard)}` }).end();
  },
  'a cut': (heard, _, res) => {
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' });
    res.write(`[{"name":"${heard}`, () => res.destroy());
  },
  silence: () => undefined,
};

function started(server: Server): number {
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An upstream that does what `mode.echo` says with the credentials that it hears. */
async function startEcho(mode: { echo: Echo }): Promise<number> {
  const server = createServer((req, res) => {
    mode.echo(req.headers.authorization ?? 'no credentials', req, res);
  });
  onTestFinished(() => server.closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return started(server);
}

/** Starts the single process with all secrets, at DEBUG, and waits until it serves. */
async function startSingle(config: Readonly<Record<string, object>>, env: object = {}) {
  const port = await freePort();
  const service = startProcess('single', {
    config: {
      ...config,
      app_config: { app_port: port, log_level: 'DEBUG', app_debug: true },
    },
    env: { ...ENVIRONMENT, ...env },
  });
  await service.listening;
  return { url: `http://127.0.0.1:${port}`, stderr: service.stderr };
}

/** A crictl that prints everything that it received. */
function tellingCrictl(exitCode: number): string {
  const path = join(testFolder(), 'crictl');
  writeFileSync(path, `#!/bin/sh\nenv >&2\necho "$@" >&2\nenv\nexit ${exitCode}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** All that comes out of a service whose Harbor fails in these ways, one after the other. */
async function failing(failures: Readonly<Record<string, Echo>>, harbor_timeout_ms: number) {
  const mode = { echo: page(502) };
  const harbor = await startEcho(mode);
  const { url, stderr } = await startSingle(
    {
      harbor_config: { harbor_host: `http://127.0.0.1:${harbor}`, harbor_timeout_ms },
      crictl_config: { crictl_path: tellingCrictl(1), crictl_sudo: false },
    },
    { NOTIFY_URL: `http://127.0.0.1:1${SECRETS.notify_url}` },
  );
  let answers = '';
  for (const [name, echo] of Object.entries(failures)) {
    mode.echo = echo;
    answers += `=== ${name}\n${await askEverything(url)}\n`;
  }
  return { answers, stderr: stderr() };
}

it('none appears when Harbor fails in any way and echoes what it received', async () => {
  const { '401': refusal = page(401), silence = page(500), ...others } = FAILURES;
  const services = await Promise.all([
    failing({ refusal }, 30_000), // on its own: a refused login is not tried again for a while
    failing({ silence }, 700),
    failing(others, 30_000),
  ]);
  const answers = services.map((service) => service.answers).join('\n');
  const stderr = services.map((service) => service.stderr).join('\n');
  expect(secretsIn(answers, SECRETS)).toEqual([]);
  expect(secretsIn(stderr, SECRETS)).toEqual([]);
  // Every request was really sent.
  for (const part of ['harbor_unauthorized', 'harbor_timeout', 'not with Basic [secret]']) {
    expect(answers).toContain(part);
  }
}, 240_000);

it('none appears when certificate, proxy, bridge and crictl fail', async () => {
  const { sign } = makeAuthority();
  const server = createTlsServer(sign('IP:127.0.0.1'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tls = `https://127.0.0.1:${started(server)}`;
  const bridge = await startEcho({
    echo: json(401, (heard) => ({ code: 'bridge_unauthorized', detail: `not with ${heard}` })),
  });
  const proxy = `http://proxy:${SECRETS.proxy_password}@127.0.0.1:1`;
  const crictl = { crictl_path: tellingCrictl(0), crictl_sudo: false };
  const notify = { NOTIFY_URL: `${tls}${SECRETS.notify_url}` };
  const services = await Promise.all([
    startSingle({ harbor_config: { harbor_host: tls }, crictl_config: crictl }, notify),
    startSingle(
      { harbor_config: { harbor_host: 'http://127.0.0.1:1' } },
      {
        BRIDGE_URL: `http://127.0.0.1:${bridge}`,
        NODES: JSON.stringify({
          'node-1': {
            bridge_url: `http://127.0.0.1:${bridge}/1`,
            bridge_token: SECRETS.node_token,
          },
          'node-2': { bridge_url: tls, bridge_token: SECRETS.node_token },
        }),
      },
    ),
    startSingle(
      { harbor_config: { harbor_host: 'https://harbor.example' }, crictl_config: crictl },
      { HTTPS_PROXY: proxy, NOTIFY_URL: `https://chat.example${SECRETS.notify_url}` },
    ),
  ]);
  const answers = await Promise.all(services.map(({ url }) => askEverything(url)));
  expect(secretsIn(answers.join('\n'), SECRETS)).toEqual([]);
  expect(secretsIn(services.map(({ stderr }) => stderr()).join('\n'), SECRETS)).toEqual([]);
  expect(answers[0]).toContain('harbor_tls');
  expect(answers[1]).toContain('bridge_unauthorized');
  expect(answers[1]).toContain('Node node-1: The bridge at');
  expect(answers[2]).toContain('harbor_unreachable');
}, 120_000);

it('none appears when the service itself fails', async () => {
  const folder = testFolder();
  const written = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  onTestFinished(() => written.mockRestore());
  const configuration = configurationOf(
    {},
    { ...ENVIRONMENT, LOG_FILE: '', APP_DEBUG: 'true', HARBOR_HOST: 'h.example' },
  );
  const secrets = secretsOf(configuration);
  const log = await openLog({ app_config: configuration.app_config, secrets, stderr: true });
  const node = createNodeServices({
    configuration: { ...configuration, ignore_file_path: join(folder, 'none.txt') },
    logger: log.logger,
    bridge: noBridge,
    environment: {},
    watching: false,
  });
  onTestFinished(() => node.close());
  const cause = new AggregateError([
    new Error(`Basic ${base64(`robot$test:${SECRETS.harbor_password}`)}`),
  ]);
  const failing = createFunction().get('/images', (c) => {
    c.get('log').fields['configuration'] = configuration;
    throw new Error(`${JSON.stringify(ENVIRONMENT)} ${Object.values(ENVIRONMENT)}`, { cause });
  });
  const answer = await createApp(failing, () => node.services).request('/images');
  expect(answer.status).toBe(500);
  expect(secretsIn(await answer.text(), SECRETS)).toEqual([]);
  const lines = written.mock.calls.map(([line]) => String(line)).join('');
  expect(lines).toContain('"level":"ERROR"');
  expect(secretsIn(lines, SECRETS)).toEqual([]);
});

it.each([
  [
    'values of a wrong kind',
    JSON.stringify({
      app_config: {
        read_token: [SECRETS.read_token],
        write_token: { ci: `${SECRETS.write_token} x` },
      },
      harbor_config: {
        harbor_password: [SECRETS.harbor_password],
        harbor_host: `https://robot:${encodeURIComponent(SECRETS.harbor_password)}@h/x`,
      },
      bridge_config: {
        bridge_token: `${SECRETS.bridge_token} x`,
        bridge_url: `http://bridge:${SECRETS.proxy_password}@10.0.0.1:1`,
      },
      nodes_config: {
        nodes: {
          a: { bridge_url: 'https://a', bridge_token: `${SECRETS.node_token} x` },
          b: { bridge_url: `https://b:${SECRETS.node_token}@b` },
        },
      },
      ui_config: { session_key: `${SECRETS.session_key} x` },
      webhook_config: {
        harbor_webhook_token: { token: SECRETS.harbor_webhook_token },
        invoke_secret: [`${SECRETS.invoke_secret}!`],
        notify_secret: `${SECRETS.notify_secret}!`,
        notify_url: `ftp://chat.example${SECRETS.notify_url}`,
      },
    }),
  ],
  ['broken JSON', `{"harbor_config": {"harbor_password": "${SECRETS.read_token}" "x"}}`],
  ['JSON that ends in a secret', `{"app_config": {"read_token": "${SECRETS.notify_url}`],
])('none appears from a configuration with %s', async (_, text) => {
  const path = join(testFolder(), 'config.json');
  writeFileSync(path, text);
  const start = startProcess('single', { config: {}, args: ['--config', path, '--'] });
  expect(await start.ended).toBe(78);
  expect(start.stderr()).not.toBe('');
  expect(secretsIn(start.stderr(), SECRETS)).toEqual([]);
});
