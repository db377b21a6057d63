/** A server with as many connections as it may have. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { ListenOptions } from '../../../../shared/node/http/http-server.ts';
import { serving } from '../../../support/client.ts';
import { eventually } from '../../../support/eventually.ts';
import { rawConnection } from '../../../support/raw-request.ts';
import { makeAuthority } from '../upstreams/certificates.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const BODY = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nsome';

async function serve(answer: (path: string) => Promise<string>, options: ListenOptions = {}) {
  const fetch = async (request: Request) => {
    if (request.method === 'POST') await request.text();
    return new Response(await answer(new URL(request.url).pathname));
  };
  const { port, get } = await serving({ fetch }, { maxConnections: 3, ...options });
  return {
    get,
    /** An open connection, after what it has sent was read. */
    open: async (sent: string) => {
      const socket = rawConnection(port, sent);
      await (sent === GET ? once(socket, 'data') : once(socket, 'connect').then(() => sleep(50)));
      return socket;
    },
  };
}

const at = async () => 'once';
const closed = (sockets: readonly Socket[]) => sockets.map((socket) => socket.closed);

it('closes the one that has been idle for the longest time', async () => {
  const { open } = await serve(at);
  const sockets = [await open(GET), await open(''), await open(GET)];
  sockets[0]?.write(GET);
  await sleep(50);
  await open(GET);

  await eventually(() => expect(closed(sockets)).toEqual([false, true, false]));
  sockets.push(await open(GET));
  await eventually(() => expect(closed(sockets)).toEqual([false, true, true, false]));
});

it('closes one whose request is still arriving if none is idle', async () => {
  const { open, get } = await serve(at);
  const sockets = [await open(BODY), await open(BODY), await open(BODY)];

  expect(await (await get('/')).text()).toBe('once');
  await eventually(() => expect(closed(sockets)).toEqual([true, false, false]));
});

it('closes none that waits for its answer, but the new one', async () => {
  let release = (_: string): void => undefined;
  const later = new Promise<string>((resolve) => {
    release = resolve;
  });
  const { get } = await serve(() => later);
  const waiting = ['/1', '/2', '/3'].map((path) => get(path));
  await sleep(100);
  await expect(get('/4')).rejects.toThrow('fetch failed');
  release('late');

  const texts = waiting.map(async (answer) => (await answer).text());
  expect(await Promise.all(texts)).toEqual(['late', 'late', 'late']);
});

it('closes one whose TLS handshake has not ended', async () => {
  const tls = makeAuthority().sign('IP:127.0.0.1');
  const { open } = await serve(at, { tls });
  const sockets = [await open(''), await open(''), await open(''), await open('')];

  await eventually(() => expect(closed(sockets)).toEqual([true, false, false, false]));
});
