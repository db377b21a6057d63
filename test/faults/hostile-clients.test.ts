/** Clients that pipeline, end their side, abort, or send floods, beside a client that behaves. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { clientService } from './client-service.ts';
import { descriptors, residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

/** Each is done by many clients at once; what one of them got. */
const CLIENTS = {
  'pipelines a thousand requests': {
    count: 10,
    act: (port: number) => allOf(open(port, get('/livez').repeat(1000))),
    // The connection closes after the eighth: clients send the others again.
    answers: [/^(HTTP\/1\.1 200 OK\r\n(?:(?!HTTP\/).)*){8}$/s],
  },
  'ends its side after the request': {
    count: 300,
    act: (port: number) => {
      const socket = open(port, '');
      socket.end(get('/local-images'));
      return allOf(socket);
    },
    answers: [/^HTTP\/1\.1 200 .*\]\n$/s, /^$/],
  },
  'ends its side in the middle of a request': {
    count: 300,
    act: (port: number) => {
      const socket = open(port, '');
      socket.end('GET /local-images HTTP/1.1\r\nHo');
      return allOf(socket);
    },
    answers: [/^HTTP\/1\.1 422 /, /^$/],
  },
  'aborts a download': {
    count: 300,
    act: async (port: number) => {
      const socket = open(port, get('/openapi.json'));
      const [part] = await once(socket, 'data');
      socket.resetAndDestroy();
      return String(part);
    },
    answers: [/^HTTP\/1\.1 200 /],
  },
  'sends thousands of headers': {
    count: 100,
    act: (port: number) => allOf(open(port, get('/livez', 'a: b\r\n'.repeat(50_000)))),
    answers: [/^HTTP\/1\.1 422 .*larger than 16 KiB/s, /^$/],
  },
  'sends a header of a megabyte': {
    count: 100,
    act: (port: number) => allOf(open(port, get('/livez', `a: ${'b'.repeat(1_000_000)}\r\n`))),
    answers: [/^HTTP\/1\.1 422 .*larger than 16 KiB/s, /^$/],
  },
  'sends a target of a megabyte': {
    count: 100,
    act: (port: number) => allOf(open(port, get(`/harbor/repositories/${'a'.repeat(1_000_000)}`))),
    answers: [/^HTTP\/1\.1 422 .*larger than 16 KiB/s, /^$/],
  },
  'asks for a path that nobody has asked for': {
    count: 1000,
    act: (port: number) =>
      allOf(open(port, get(`/${crypto.randomUUID()}`, 'Connection: close\r\n'))),
    answers: [/^HTTP\/1\.1 404 .*"code": "not_found"/s],
  },
} as const;

it.each(Object.entries(CLIENTS))('%s', async (name, { count, act, answers }) => {
  const { port, pid, steady } = await clientService();
  const before = { descriptors: descriptors(pid), mb: residentMb(pid) };
  const client = await steady();
  const got = await Promise.all(Array.from({ length: count }, () => act(port)));
  const sinceMs = performance.now();
  const backToNormal = async () => expect(descriptors(pid)).toBeLessThan(before.descriptors + 20);
  await recovery(`a client ${name}, ${count} times`, backToNormal, { sinceMs });
  const { answers: right, wrong } = await client.stop();

  expect(got.filter((text) => !answers.some((answer) => answer.test(text)))).toEqual([]);
  expect(wrong).toEqual([]);
  expect(right).toBeGreaterThan(0);
  await eventually(() => expect(residentMb(pid)).toBeLessThan(before.mb + 200));
});

function open(port: number, request: string): Socket {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined); // what is still being sent when it is refused is reset
  onTestFinished(() => void socket.destroy());
  socket.write(request);
  return socket;
}

/** All that comes until the connection is closed. */
async function allOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  socket.on('end', () => socket.end());
  await new Promise((resolve) => socket.on('close', resolve)); // `once` of events would reject when it is reset
  return text;
}
