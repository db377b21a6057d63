/** The log file of a process, while everything that it logs is chosen by somebody else. */
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { signWebhook } from '../../shared/values/standard-webhooks.ts';
import { freePort } from '../real/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { startProcess } from '../support/processes.ts';
import { startStranger } from '../support/stranger.ts';

const SECRET = btoa('0123456789'.repeat(3));
/** Ends a line or a string of JSON, moves the cursor, changes the direction, and is long. */
const EVIL = `\r\n{"level":"ERROR"}\n\u0000\u001b[2J\u007f\u0085\u009b31m\u2028\u2029\u202e\ud800"}\\`;
const LONG = 'x'.repeat(15_000);
const MISLEADING = /[\p{Cc}\p{Cs}\u2028\u2029\p{Bidi_Control}]/u;

/** Sends bytes: one for each character up to U+00FF. Returns when the server closes. */
function sendBytes(port: number, request: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.end(Buffer.from(request, 'latin1')));
    socket
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume();
  });
}

/** Requests whose parts are evil in every place that a byte can reach. */
function rawRequests(): readonly string[] {
  const utf8 = Buffer.from('\u009b31m\u2028\u202e').toString('latin1');
  const end = 'Connection: close\r\n\r\n';
  return [
    `GET /harbor/projects HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${utf8}\x9b31m\x85\tb\r\n${end}`,
    `GET /harbor/projects HTTP/1.1\r\nHost: a\r\nForwarded: for=\x9b${'y'.repeat(5000)}\r\n${end}`,
    `GET /harbor/projects HTTP/1.1\r\nHost: a\r\nX-Request-Id: \x9b31m${utf8}\r\n${end}`,
    `GET /drift?q=${utf8}\x9b31m HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET /nowhere/${utf8}\x85 HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET /nowhere/%1b%0a%0d%9b HTTP/1.1\r\nHost: \x9b31m\r\n${end}`,
    `GET /harbor/repositories/${encodeURIComponent('\r\n\u009b\u2028\u202e')} HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET /harbor/repositories/a?sort=${encodeURIComponent('\u009b\u2028')} HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET /${LONG} HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET / HTTP/1.1\r\nHost: a\r\nA: b\x1b[31m\x00\r\n${end}`,
    `\x9b31m\x1b[2J / HTTP/1.1\r\n${end}`,
    `EVIL\x9b / HTTP/1.1\r\nHost: a\r\n${end}`,
    `GET / HTTP/1.1\r\nHost: a\r\ntraceparent: 00-\x9b\r\nVia: \x9b\r\nCookie: \x9b=\x85\r\n${end}`,
  ];
}

async function postAll(url: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: string, headers: Record<string, string>) =>
    fetch(url + path, { method: 'POST', body, headers: { ...json, ...headers } });
  const hook = { authorization: 'hook-secret-of-test' };
  await post('/webhooks/harbor', JSON.stringify({ type: EVIL }), hook);
  await post('/webhooks/harbor', JSON.stringify({ type: EVIL + LONG }), hook);
  await post(
    '/webhooks/harbor',
    JSON.stringify({ type: 'PUSH_ARTIFACT', event_data: { [EVIL]: 1 } }),
    hook,
  );
  const unknown = Array.from({ length: 3000 }, (_, index) => [`${EVIL}${index}`, 1]);
  await post('/harbor/cleanup', JSON.stringify({ policy: EVIL, [EVIL]: 1 }), {});
  await post('/harbor/cleanup', JSON.stringify({ policy: Object.fromEntries(unknown) }), {});
  await post('/harbor/cleanup', `{"policy":"${LONG}"}`, {});
  const id = 'a\u009b\u0085b'; // of a header: bytes
  const timestampS = Math.floor(Date.now() / 1000);
  const body = JSON.stringify({ [EVIL]: EVIL });
  const bytes = new TextEncoder().encode(body);
  await post('/webhooks/drift', body, {
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
    'webhook-signature': await signWebhook({ id, timestampS, body: bytes }, SECRET),
  });
}

it('every line of the log is one object of JSON without misleading characters', async () => {
  const harbor = await startStranger((seen, outgoing) => {
    const type = seen.target.includes('page=1')
      ? 'application/json'
      : `text/plain; a="${'\u009b'}"`;
    const body = JSON.stringify({ errors: [{ code: EVIL, message: EVIL + LONG }] });
    outgoing.writeHead(404, { 'content-type': type }).end(body);
  });
  const log_file = join(testFolder(), 'app.log');
  const app_port = await freePort();
  const router = startProcess('router', {
    config: {
      app_config: {
        log_file,
        app_port,
        app_debug: true,
        read_token: { [EVIL]: 'evil-token-of-test' },
        public_reads: true,
      },
      harbor_config: {
        harbor_host: harbor.url,
        harbor_username: 'a',
        harbor_password: 'harbor-password',
      },
      bridge_config: { bridge_url: harbor.url, bridge_token: 'bridge-token-of-test' },
      webhook_config: { harbor_webhook_token: 'hook-secret-of-test', invoke_secret: SECRET },
    },
  });
  await router.listening;
  const url = `http://127.0.0.1:${app_port}`;
  const token = { authorization: 'Bearer evil-token-of-test' };
  const reads = [
    '/harbor/projects',
    '/harbor/artifacts/a/b',
    '/images',
    '/local-images',
    '/readyz?verbose',
  ];
  await Promise.all(reads.map((path) => fetch(url + path, { headers: token })));
  await postAll(url);
  for (const request of rawRequests()) await sendBytes(app_port, request);
  await fetch(`${url}/the-end`, { headers: token });
  await eventually(() => expect(readFileSync(log_file, 'utf8')).toContain('/the-end'));
  const lines = readFileSync(log_file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(20);
  expect(lines.filter((line) => line.includes('\\u009b')).length).toBeGreaterThan(5);
  expect(lines.filter((line) => MISLEADING.test(line))).toEqual([]);
  expect(lines.filter((line) => line.length > 20_000).map((line) => line.slice(0, 500))).toEqual(
    [],
  );
  const read = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(
    read.filter((line) => typeof line['time'] !== 'string' || line['level'] === 'ERROR'),
  ).toEqual([]);
  // The same lines, for systemd's journal.
  expect(
    router
      .stderr()
      .split('\n')
      .filter((line) => MISLEADING.test(line)),
  ).toEqual([]);
});
