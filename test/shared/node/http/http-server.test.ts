import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { ListenOptions } from '../../../../shared/node/http/http-server.ts';
import { serving } from '../../../support/client.ts';
import { eventually } from '../../../support/eventually.ts';
import { rawConnection, textOf } from '../../../support/raw-request.ts';
import { createService, type ServiceOptions } from '../../../support/service.ts';

const CLOSE = 'Connection: close\r\n\r\n';
/** The headers of every answer, including these. */
const REFUSED =
  /^HTTP\/1\.1 422 Unprocessable Entity\r\n(?=.*x-request-id: \S)(?=.*x-content-type-options: nosniff)(?=.*content-type: application\/problem\+json).*"code":"invalid_request"/is;

/** The service on a free port. */
async function startService(options: ServiceOptions = {}) {
  const service = createService(options);
  return { ...service, ...(await service.listen()) };
}

describe('requests that do not reach the app', () => {
  it.each([
    [
      'raw bytes beyond ASCII in the target',
      'GET /harbor/repositories/\u00fc HTTP/1.1\r\nHost: a\r\n',
    ],
    ['an unknown method', 'FETCH /livez HTTP/1.1\r\nHost: a\r\n'],
    ['something else than HTTP', '\u0016\u0003\u0001 hello\r\n'],
    ['headers beyond the limit', `GET /livez HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n`],
    ['a backslash in the target', 'GET /harbor\\..\\livez HTTP/1.1\r\nHost: a\r\n'],
    ['a Host that is none', 'GET /livez HTTP/1.1\r\nHost: a@b\r\n'],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n'],
  ])('are answered and logged like others: %s', async (_, request) => {
    const { raw, log } = await startService();
    expect(await raw(`${request}${CLOSE}`)).toMatch(REFUSED);
    expect(log).toContainEqual({
      level: 'INFO',
      msg: 'a request that could not be read',
      request_id: expect.stringMatching(/^[\w-]{36}$/),
      status: 422,
      peer: '127.0.0.1',
      code: 'invalid_request',
      detail: expect.any(String),
    });
  });

  it.each([
    [16_000, /^HTTP\/1\.1 200 /],
    [16_500, /^HTTP\/1\.1 422 .*larger than 16 KiB/s],
  ])('are those whose line and headers have more than 16 KiB: %i bytes', async (size, answer) => {
    const { raw } = await startService();
    const request = `GET /livez HTTP/1.1\r\nHost: a\r\nX: \r\n${CLOSE}`;

    const padded = request.replace('X: ', (name) => name.padEnd(size - request.length + 3, 'x'));
    expect(await raw(padded)).toMatch(answer);
  });

  it('are cut off when they cannot be answered', async () => {
    const log = () => {
      throw new Error('a bug');
    };
    const logger = { enabled: () => true, child: () => logger, log, always: log };
    const { raw } = await serving({ fetch: () => new Response('ok') }, { logger });

    expect(await raw('nonsense\r\n\r\n')).toBe('');
  });

  it('do not damage the answers before them', async () => {
    const { raw } = await startService();
    const answers = await raw('GET /livez HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n');
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nok\nHTTP\/1\.1 422 /s);
  });
});

describe('a client that has disconnected', () => {
  it('is still named in the log', async () => {
    const { port, log, crictl } = await startService({ crictl: { images: { hang: true } } });
    const socket = net.connect(port, '127.0.0.1');
    socket.write('GET /local-images HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(crictl?.calls()).toHaveLength(1));
    socket.resetAndDestroy();
    const line = await eventually(() => {
      const found = log.find(({ msg }) => msg === 'GET /local-images');
      expect(found).toBeDefined();
      return found;
    });
    expect(line).toMatchObject({ level: 'INFO', status: 499, aborted: true, peer: '127.0.0.1' });
  });
});

/** An app by itself on a free port. */
async function serve(
  answer: (request: Request) => Response | Promise<Response>,
  options: ListenOptions = {},
) {
  const server = await serving({ fetch: answer }, options);
  return { ...server, connect: (request: string) => rawConnection(server.port, request) };
}

const POST = 'POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n';
const CHUNKED = 'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n';
const echo = async (request: Request) => new Response(await request.text());

describe('a request whose body never completes', () => {
  it('is refused after the timeout, and its connection closed', async () => {
    const { connect } = await serve(echo, { requestTimeoutMs: 300 });

    expect(await textOf(connect(`${POST}some`))).toMatch(
      /^HTTP\/1\.1 422 .*did not arrive in time/s,
    );
  });

  it('is refused at once when the client ends its side', async () => {
    const { connect } = await serve(echo);
    const socket = connect(`${POST}some`);
    socket.end();

    expect(await textOf(socket)).toMatch(/^(HTTP\/1\.1 422 .*)?$/s);
  });

  it('is refused immediately when it is not a valid body', async () => {
    const { connect } = await serve(echo);

    expect(await textOf(connect(`${CHUNKED}nonsense\r\n`))).toMatch(/^HTTP\/1\.1 422 /);
  });

  it('and was answered before, gets no second answer', async () => {
    const { connect } = await serve(() => new Response('no', { status: 401 }));
    const socket = connect(CHUNKED);
    const answers = textOf(socket);
    await once(socket, 'data');
    socket.write('nonsense\r\n');

    expect((await answers).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401']);
  });

  it('does not hold up a stop', async () => {
    const { connect, close } = await serve(echo);
    const sockets = Array.from({ length: 20 }, () => connect(`${POST}some`));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await sleep(100);
    const startedAtMs = performance.now();
    await close();

    expect(performance.now() - startedAtMs).toBeLessThan(9_000); // then all are cut
  });
});

describe('a client that does not read', () => {
  const LARGE = 'x'.repeat(16 * 1024 * 1024);

  it('is cut', async () => {
    const cut = vi.fn();
    const pull = (stream: ReadableStreamDefaultController) =>
      stream.enqueue(new Uint8Array(65_536));
    const endless = () => new Response(new ReadableStream({ pull, cancel: cut }));
    const { connect } = await serve(endless, { stallTimeoutMs: 200 });
    const socket = connect('GET / HTTP/1.1\r\nHost: a\r\n\r\n').pause();
    await eventually(() => expect(cut).toHaveBeenCalled());
    socket.resume();

    await once(socket, 'close');
  });

  it('is not one that reads slowly', async () => {
    const limits = { stallTimeoutMs: 3_000, slowReadTimeoutMs: 3_000 };
    const { connect } = await serve(() => new Response(LARGE), limits);
    const socket = connect(`GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}`);
    let received = 0;
    socket.on('data', (part: string) => {
      received += part.length;
      socket.pause();
      setTimeout(() => socket.resume(), 16);
    });
    await once(socket, 'close');

    expect(received).toBeGreaterThan(LARGE.length);
  });

  it('is not one that waits for a slow answer', async () => {
    const slow = async () => {
      await sleep(800);
      return new Response('at last');
    };
    const { port } = await serve(slow, { stallTimeoutMs: 200 });

    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('at last');
  });
});

it('a connection that is not used is closed', async () => {
  const { connect } = await serve(echo, { stallTimeoutMs: 200 });

  expect(await textOf(connect(''))).toBe('');
});
