import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { serving } from '../../../support/client.ts';
import { eventually } from '../../../support/eventually.ts';

/** Longer than a few pieces, with characters of one to four bytes at every offset. */
const TEXT = 'aé€😀'.repeat(50_000);
const BYTES = new TextEncoder().encode(TEXT);

/** A connection that has sent a request, and reads nothing yet. */
function reader(port: number): net.Socket {
  const socket = net.connect(port, '127.0.0.1').pause();
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined); // what is cut may be reset
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return socket;
}

describe('a long answer', () => {
  it.each([
    ['a text', TEXT],
    ['bytes', BYTES],
  ])('arrives whole, with its length: %s', async (_, body) => {
    const { get } = await serving({ fetch: () => new Response(body) });
    const answer = await get('/');

    expect(answer.headers.get('content-length')).toBe(String(BYTES.length));
    expect(await answer.text()).toBe(TEXT);
  });

  it('has no body for HEAD, and the connection serves the next request', async () => {
    const { raw } = await serving({ fetch: () => new Response(TEXT) });
    const head = 'HEAD / HTTP/1.1\r\nHost: a\r\n';
    const answers = await raw(`${head}\r\n${head}Connection: close\r\n\r\n`);

    expect(answers.match(/^HTTP\/1\.1 200 /gm)).toHaveLength(2);
    expect(answers).not.toContain('é');
  });

  it('takes the memory of a piece for each client that does not read, not that of the answer', async () => {
    const large = 'x'.repeat(8 * 1024 * 1024);
    const { port } = await serving({ fetch: () => new Response(large) });
    const before = process.memoryUsage.rss();
    const clients = Array.from({ length: 40 }, () => reader(port));
    await Promise.all(clients.map((client) => once(client, 'readable')));
    await sleep(500);

    expect((process.memoryUsage.rss() - before) / 1e6).toBeLessThan(120); // 40 copies have 336 MB
  });
});

it('a client that reads a few bytes now and then is cut when it takes no piece in the time limit', async () => {
  const large = 'x'.repeat(16 * 1024 * 1024);
  const { port } = await serving({ fetch: () => new Response(large) }, { slowReadTimeoutMs: 500 });
  const client = reader(port);
  let received = 0;
  const trickle = setInterval(() => {
    received += client.read(Math.min(16, client.readableLength))?.length ?? 0;
  }, 10);
  await sleep(3000);
  clearInterval(trickle);
  client.on('data', (part) => {
    received += part.length;
  });
  await once(client.resume(), 'close');

  expect(received).toBeLessThan(large.length);
});

it('the time limit is two minutes', async () => {
  vi.useFakeTimers({ toFake: ['performance', 'setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const cut = vi.fn();
  const pull = (stream: ReadableStreamDefaultController) => stream.enqueue(new Uint8Array(65_536));
  const endless = () => new Response(new ReadableStream({ pull, cancel: cut }));
  const { port } = await serving({ fetch: endless });
  await once(reader(port), 'readable');
  await sleep(200); // the kernel takes what it has room for
  vi.advanceTimersByTime(119_000);
  await sleep(100);
  const cutBefore = cut.mock.calls.length;
  vi.advanceTimersByTime(30_000); // it looks every 12 s

  await eventually(() => expect(cut).toHaveBeenCalledOnce());
  expect(cutBefore).toBe(0);
});
