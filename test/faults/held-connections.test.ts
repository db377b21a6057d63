/** Connections that their clients never end: the service cuts them by the time limits that it ships with. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { makeAuthority } from '../shared/node/upstreams/certificates.ts';
import { NODE } from '../support/bridge.ts';
import { startProcess } from '../support/processes.ts';
import { rawWebhookHead } from '../support/raw-webhook.ts';
import { clientService } from './client-service.ts';
import { descriptors, peakOf, residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

const EACH = 300;
const POST = rawWebhookHead();
const GET = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n';

/** When headers and TLS handshakes are cut at the latest. */
const HEADERS_MS = 20_000;

/** What a client sends before it only holds on. It reads nothing. */
const HELD = {
  'a body that does not complete': `${POST}Content-Length: 100\r\n\r\nsome of it`,
  'a chunk that does not complete': `${POST}Transfer-Encoding: chunked\r\n\r\n64\r\nsome of it`,
  'headers that do not complete': 'GET /livez HTTP/1.1\r\nHost: a\r\n',
  nothing: '',
  'one request': 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n',
  'requests for long answers, of which it reads nothing': GET.repeat(20),
};

it('thousands of held connections are all cut within two minutes, and take little memory', async () => {
  const { port, pid, steady } = await clientService();
  const before = { descriptors: descriptors(pid), mb: residentMb(pid) };
  const client = await steady();
  const sockets = Object.values(HELD).flatMap((sent) =>
    Array.from({ length: EACH }, () => hold(port, sent)),
  );
  const sinceMs = performance.now();
  const peak = peakOf(pid);
  await expect.poll(() => peak.descriptors, { timeout: 60_000 }).toBeGreaterThan(4 * EACH);
  const cut = async () => expect(descriptors(pid)).toBeLessThan(before.descriptors + 20);
  await recovery(`${6 * EACH} held connections, cut by the time limits`, cut, {
    sinceMs,
    withinMs: 150_000,
  });
  const { answers, wrong, slowestMs } = await client.stop();
  process.stdout.write(
    `${peak.descriptors} descriptors, ${Math.round(peak.mb)} MB; of ${answers} answers beside them the slowest took ${slowestMs} ms\n`,
  );
  for (const socket of sockets) socket.destroy();

  expect(wrong).toEqual([]);
  expect(answers).toBeGreaterThan(3);
  expect(peak.mb - before.mb).toBeLessThan(300);
}, 240_000);

/** What a client sends that reads nothing, and when it is cut at the earliest and at the latest (docs/security.md). */
const LIMITS = [
  { from: HEADERS_MS, to: HEADERS_MS, sent: HELD['headers that do not complete'] },
  { from: 60_000, to: 60_000, sent: HELD['a body that does not complete'] },
  // Node gives an answer its time again if the kernel took a part of it.
  { from: 30_000, to: 60_000, sent: 'GET /local-images HTTP/1.1\r\nHost: a\r\n\r\n' },
] as const;

/** A list that is longer than what the kernel takes for a client. */
const MANY_IMAGES = {
  ...NODE,
  images: {
    stdout: JSON.stringify({
      images: Array.from({ length: 60_000 }, (_, index) => ({
        id: `sha256:${String(index).padStart(64, '0')}`,
        repoTags: [`registry.test/many/images:${index}`],
        size: '1000',
      })),
    }),
  },
};

it('clients that do not go on are cut after the times that are promised', async () => {
  const { port } = await clientService({ crictl: MANY_IMAGES });
  const took = await Promise.all(LIMITS.map(({ sent }) => heldMs(port, sent)));
  process.stdout.write(`cut after ${took.map(Math.round).join(', ')} ms\n`);
  const outside = LIMITS.filter(({ from, to }, index) => {
    const ms = took[index] ?? 0;
    return ms < from - 1_000 || ms > to + 5_000;
  });

  expect(outside).toEqual([]);
}, 120_000);

/** How long the service keeps a connection. A client that reads nothing does not see the end. */
async function heldMs(port: number, sent: string): Promise<number> {
  const socket = hold(port, sent);
  await once(socket, 'connect');
  const hex = (number = 0) => number.toString(16).toUpperCase().padStart(4, '0');
  const row = `0100007F:${hex(port)} 0100007F:${hex(socket.localPort)} 01`; // established
  const startedAtMs = performance.now();
  while (readFileSync('/proc/net/tcp', 'utf8').includes(row)) await sleep(100);
  return performance.now() - startedAtMs;
}

/** What a client sends to a bridge that waits for a TLS handshake. */
const NO_TLS = {
  'a greeting that does not complete': '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03',
  'a request in plain text': GET,
  nothing: '',
};

it('connections without a TLS handshake are all cut, and a bridge stops while they are held', async () => {
  const { port, process: bridge } = await tlsBridge();
  const before = descriptors(bridge.pid);
  const hold300 = () =>
    Object.values(NO_TLS).flatMap((sent) => Array.from({ length: EACH }, () => hold(port, sent)));
  hold300();
  const peak = peakOf(bridge.pid);
  await expect.poll(() => peak.descriptors, { timeout: 30_000 }).toBeGreaterThan(2 * EACH);
  const sinceMs = performance.now();
  const cut = async () => expect(descriptors(bridge.pid)).toBeLessThan(before + 5);
  await recovery(`${3 * EACH} connections without a TLS handshake`, cut, {
    sinceMs,
    withinMs: HEADERS_MS + 10_000,
  });
  hold300();
  await expect.poll(() => descriptors(bridge.pid), { timeout: 30_000 }).toBeGreaterThan(2 * EACH);
  bridge.kill('SIGTERM');
  const stoppedAtMs = performance.now();

  expect(await bridge.ended).toBe(0);
  expect(performance.now() - stoppedAtMs).toBeLessThan(10_000);
}, 120_000);

/** A bridge that listens on TCP, as a process. */
async function tlsBridge() {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const { folder, sign } = makeAuthority();
  const { cert, key } = sign('IP:127.0.0.1');
  const [bridge_tls_cert, bridge_tls_key] = [join(folder, 'b.pem'), join(folder, 'b.key')];
  writeFileSync(bridge_tls_cert, cert);
  writeFileSync(bridge_tls_key, key);
  const port = await freePort();
  const process = startProcess('bridge', {
    config: {
      crictl_config: { crictl_path: crictl.path, crictl_sudo: false },
      bridge_config: {
        bridge_listen: `127.0.0.1:${port}`,
        bridge_token: 'bridge-token-of-the-test',
        bridge_tls_cert,
        bridge_tls_key,
      },
    },
  });
  await process.listening;
  return { port, process };
}

function hold(port: number, sent: string): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined); // it is reset
  onTestFinished(() => void socket.destroy());
  socket.pause().write(sent);
  return socket;
}
