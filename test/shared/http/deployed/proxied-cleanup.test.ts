/** A cleanup that is deployed elsewhere, through the router. */
import type { ServerResponse } from 'node:http';
import { expect, it } from 'vitest';
import { bodyOf } from '../../../support/body.ts';
import { READ, requestOf, WRITE } from '../../../support/cleanup.ts';
import { eventually } from '../../../support/eventually.ts';
import { createRouter } from '../../../support/router.ts';
import { type StrangerAnswer, startStranger } from '../../../support/stranger.ts';

const APPLY = { policy: { keep_newest: 1 }, apply: true };

async function inFront(answer: StrangerAnswer, function_timeout_ms = 5000) {
  const { url, requests } = await startStranger(answer);
  const router = createRouter({
    app_config: { read_token: READ, write_token: WRITE },
    router_config: { function_urls: { 'harbor-cleanup': url }, function_timeout_ms },
  });
  return { ...router, requests };
}

const refuse: StrangerAnswer = (_, outgoing) => outgoing.destroy();

it('gets the whole body, although the router has looked at it', async () => {
  const { listen, requests } = await inFront((_, outgoing) => outgoing.writeHead(200).end('{}'));
  const { get } = await listen();
  const chunks = async function* () {
    yield new TextEncoder().encode('{"policy":{"keep_newest":1},');
    yield new TextEncoder().encode('"apply":true}');
  };
  await get('/harbor/cleanup', requestOf(APPLY));
  await get('/harbor/cleanup', {
    ...requestOf(''),
    body: ReadableStream.from(chunks()),
    duplex: 'half',
  } as RequestInit);

  expect(requests.map(({ body }) => JSON.parse(body) as unknown)).toEqual([APPLY, APPLY]);
});

it('is not asked by someone who may only read', async () => {
  const { get, requests } = await inFront(refuse);
  const answer = await get(
    '/harbor/cleanup',
    requestOf(APPLY, { authorization: `Bearer ${READ}` }),
  );

  expect(answer.status).toBe(401);
  expect(requests).toEqual([]);
});

it('tells its events as they happen, for longer than function_timeout_ms', async () => {
  const open: ServerResponse[] = [];
  const { listen } = await inFront((_, outgoing) => {
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
    outgoing.write('event: planned\ndata: {}\n\n');
    open.push(outgoing);
  }, 200);
  const { get } = await listen();
  const answer = await get('/harbor/cleanup', requestOf(APPLY, { accept: 'text/event-stream' }));
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const first = await reader?.read();
  await new Promise((resolve) => setTimeout(resolve, 400));
  open[0]?.end('event: done\ndata: {}\n\n');
  const second = await reader?.read();

  expect(first?.value).toBe('event: planned\ndata: {}\n\n');
  expect(second?.value).toBe('event: done\ndata: {}\n\n');
});

it('notices when the client leaves its events', async () => {
  let hasLeft = false;
  const { listen } = await inFront((_, outgoing) => {
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' });
    outgoing.write('event: planned\ndata: {}\n\n');
    outgoing.on('close', () => {
      hasLeft = true;
    });
  });
  const { get } = await listen();
  const client = new AbortController();
  await get('/harbor/cleanup', { ...requestOf(APPLY), signal: client.signal });
  client.abort();

  await eventually(() => expect(hasLeft).toBe(true));
});

it('leaves it unknown whether anything was deleted when it does not answer', async () => {
  const { get } = await inFront(refuse);
  const answer = await get('/harbor/cleanup', requestOf(APPLY));

  expect(answer.status).toBe(502);
  expect(await bodyOf(answer)).toMatchObject({ code: 'function_unavailable', outcome: 'unknown' });
});
