import { once } from 'node:events';
import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serving } from '../../../support/client.ts';
import { rawConnection, textOf } from '../../../support/raw-request.ts';

/** An app by itself on a free port. */
async function serve(answer: (request: Request) => Response | Promise<Response>) {
  const { port } = await serving({ fetch: answer });
  return { connect: (request: string) => rawConnection(port, request) };
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}\r\n`;

it('a broken request after slow ones does not damage their answers or the order', async () => {
  const { connect } = await serve(async (request) => {
    await sleep(new URL(request.url).pathname === '/slow' ? 200 : 0);
    return new Response(new URL(request.url).pathname);
  });
  const answers = await textOf(connect(`${get('/slow')}${get('/fast')}nonsense\r\n\r\n`));

  expect(answers).toMatch(/^HTTP\/1\.1 200 .*\/slowHTTP\/1\.1 200 .*\/fastHTTP\/1\.1 422 /s);
});

describe('requests that are sent without waiting for answers', () => {
  const pipelined = (count: number) => 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count);

  it('are answered up to the eighth, after which the connection closes', async () => {
    let served = 0;
    const { connect } = await serve(() => {
      served += 1;
      return new Response('yes');
    });
    const answers = await textOf(connect(pipelined(1000)));

    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(8);
    expect(served).toBe(8);
  });

  it('are answered for as long as they come, where no more than seven wait at once', async () => {
    const { connect } = await serve(() => new Response('yes'));
    const socket = connect('');
    for (let batch = 0; batch < 3; batch += 1) {
      const answers = received(socket, 7);
      socket.write(pipelined(7));
      await answers;
    }

    expect(socket.closed).toBe(false);
  });
});

describe('requests of one connection', () => {
  /** Serves slowly, and notes when each request begins and ends. */
  async function serveSlowly() {
    const events: string[] = [];
    const { connect } = await serve(async (request) => {
      const { pathname } = new URL(request.url);
      events.push(`${pathname} begins`);
      await sleep(50);
      events.push(`${pathname} ends`);
      return new Response('yes');
    });
    return { events, connect };
  }

  it('are served one after the other, so that none overtakes another', async () => {
    const { events, connect } = await serveSlowly();
    await textOf(connect(get('/a') + get('/b') + get('/c', 'Connection: close\r\n')));

    const order = ['/a begins', '/a ends', '/b begins', '/b ends', '/c begins', '/c ends'];
    expect(events).toEqual(order);
  });

  it.each([
    ['close', 'Connection: close\r\n'],
    ['an upgrade', 'Connection: Upgrade\r\nUpgrade: h2c\r\n'],
  ])('are neither served nor answered after one with %s', async (_, headers) => {
    const { events, connect } = await serveSlowly();
    const answers = await textOf(connect(get('/a', headers) + get('/b')));

    expect(answers).toMatch(/^HTTP\/1\.1 200 (?:(?!HTTP).)*Connection: close(?:(?!HTTP).)*yes$/s);
    expect(events).toEqual(['/a begins', '/a ends']);
  });
});

/** Waits for so many answers of "yes". */
async function received(socket: net.Socket, count: number): Promise<void> {
  let text = '';
  while (text.split('yes').length <= count) text += (await once(socket, 'data'))[0];
}
