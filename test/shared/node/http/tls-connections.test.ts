/** Connections over TLS before the end of their handshake. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { ListenOptions, Served } from '../../../../shared/node/http/http-server.ts';
import { serving } from '../../../support/client.ts';
import { eventually } from '../../../support/eventually.ts';
import { makeAuthority } from '../upstreams/certificates.ts';

const HELLO = '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03';

/** What a client sends that never ends its handshake. */
const SENT: Readonly<Record<string, string>> = {
  nothing: '',
  'the beginning of a greeting': HELLO,
  'a request without TLS': 'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'what is no TLS': 'nonsense\r\n\r\n',
};

async function serve({
  fetch = () => new Response('yes'),
  ...options
}: ListenOptions & Partial<Served> = {}) {
  const tls = makeAuthority().sign('IP:127.0.0.1');
  const service = await serving({ fetch }, { tls, ...options });
  const open = (sent = '') => held(net.connect(service.port, '127.0.0.1'), sent);
  return { ...service, open };
}

/** A connection that only holds on. */
function held(socket: net.Socket, sent: string): net.Socket {
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  socket.write(sent);
  return socket;
}

async function answerOver(port: number): Promise<string> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const part of socket.setEncoding('utf8')) text += part;
  return text;
}

const descriptors = () => readdirSync('/proc/self/fd').length;

it.each(Object.entries(SENT))('are closed after the time limit: %s', async (_, sent) => {
  const { port, open } = await serve({ requestTimeoutMs: 300 });
  const before = descriptors();
  const sockets = Array.from({ length: 20 }, () => open(sent).resume());
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));

  await eventually(() => expect(sockets.filter(({ closed }) => !closed)).toEqual([]));
  await eventually(() => expect(descriptors()).toBeLessThanOrEqual(before));
  expect(await answerOver(port)).toMatch(/^HTTP\/1\.1 200 .*yes$/s);
});

it.each(Object.entries(SENT))('do not hold up a stop: %s', async (_, sent) => {
  const { open, close } = await serve();
  const sockets = Array.from({ length: 20 }, () => open(sent));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const startedAtMs = performance.now();
  await close();

  expect(performance.now() - startedAtMs).toBeLessThan(8_000);
});

it('an answer under way is sent during a stop, although another handshake has begun', async () => {
  const asked = vi.fn();
  const slow = async () => {
    asked();
    await sleep(2_500); // longer than a stop waits for requests to arrive
    return new Response('late');
  };
  const { port, open, close } = await serve({ fetch: slow });
  open(HELLO);
  const answer = answerOver(port);
  await eventually(() => expect(asked).toHaveBeenCalled());
  await close();

  expect(await answer).toMatch(/late$/);
});
