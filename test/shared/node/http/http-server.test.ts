import net from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { startService } from '../../../support/service.ts';

const CLOSE = 'Connection: close\r\n\r\n';
/** What every answer carries, these too. */
const REFUSED =
  /^HTTP\/1\.1 422 Unprocessable Entity\r\n(?=.*x-request-id: \S)(?=.*x-content-type-options: nosniff)(?=.*content-type: application\/problem\+json).*"code":"invalid_request"/is;

describe('requests that the app never sees', () => {
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
    const { raw, log } = await startService({});
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

  it('leave the answers before them whole', async () => {
    const { raw } = await startService({});
    const answers = await raw('GET /livez HTTP/1.1\r\nHost: a\r\n\r\nnonsense\r\n\r\n');
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nok\nHTTP\/1\.1 422 /s);
  });
});

describe('a request without a Host', () => {
  it('is answered when HTTP/1.0 sends it, as load balancers do to look whether one is alive', async () => {
    const { raw } = await startService({});
    expect(await raw('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\nok\n$/s);
  });

  it('has none that allowed_hosts would take', async () => {
    const { raw } = await startService({
      config: { app_config: { allowed_hosts: ['localhost'] } },
    });
    expect(await raw('GET /local-images HTTP/1.0\r\n\r\n')).toContain('"code": "forbidden"');
  });
});

describe('a client that has gone away', () => {
  it('is named in the log all the same', async () => {
    const { server, log } = await startService({ crictl: { images: { hang: true } } });
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write('GET /local-images HTTP/1.1\r\nHost: a\r\n\r\n', () => {
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    const line = await vi.waitFor(() => {
      const found = log.find(({ msg }) => msg === 'GET /local-images');
      expect(found).toBeDefined();
      return found;
    }, 5000);
    expect(line).toMatchObject({ level: 'INFO', status: 499, aborted: true, peer: '127.0.0.1' });
  });
});
