import { describe, expect, it, vi } from 'vitest';
import { createApp } from '../../../shared/http/app.ts';
import { acceptsEvents, type EventClient, eventStream } from '../../../shared/http/event-stream.ts';
import { createFunction } from '../../../shared/http/function.ts';
import { trivialServices } from '../../../shared/http/trivial-services.ts';
import { configurationOf } from '../../support/configuration.ts';
import { eventually } from '../../support/eventually.ts';
import { memoryLog } from '../../support/log.ts';

function streaming(work: (client: EventClient) => Promise<void>) {
  const fn = createFunction().post('/events', (c) => eventStream(c, work, { keepAliveMs: 20 }));
  const services = trivialServices(configurationOf({}), memoryLog().logger);
  return createApp(fn, () => services).request('/events', { method: 'POST' });
}

/** Something that happens when the test says so. */
function signal() {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return { happen, happened };
}

describe('a stream of events', () => {
  it('has a message without a name for a text, whatever its line ends are', async () => {
    const answer = await streaming(async ({ sendText }) => {
      sendText('<p>\nevent: done\r\n</p>\rdata');
    });

    expect(await answer.text()).toBe('data: <p>\ndata: event: done\ndata: </p>\ndata: data\n\n');
  });

  it('does not begin for HEAD, whose body nobody reads', async () => {
    const work = vi.fn(async () => undefined);
    const fn = createFunction().get('/events', (c) => eventStream(c, work));
    const services = trivialServices(configurationOf({}), memoryLog().logger);
    const answer = await createApp(fn, () => services).request('/events', { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(work).not.toHaveBeenCalled();
  });

  it('tells whether its client has read all that was sent', async () => {
    const read: boolean[] = [];
    const { happen, happened } = signal();
    const answer = await streaming(async ({ sendText, hasRead }) => {
      sendText('one');
      read.push(hasRead());
      await happened;
      read.push(hasRead());
    });
    const reader = answer.body?.getReader();
    await reader?.read();
    happen();
    await reader?.read();

    expect(read).toEqual([false, true]);
  });

  it('has one line of JSON for each', async () => {
    const answer = await streaming(async ({ send }) => {
      send('planned', { text: 'two\nlines' });
      send('done', {});
    });

    expect(await answer.text()).toBe(
      'event: planned\ndata: {"text":"two\\nlines"}\n\nevent: done\ndata: {}\n\n',
    );
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
  });

  it('has comments while nothing happens, so that proxies keep the connection', async () => {
    const { happen, happened } = signal();
    const answer = await streaming(async ({ send }) => {
      await happened;
      send('done', {});
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();

    expect((await reader?.read())?.value).toBe(':\n\n');
    expect((await reader?.read())?.value).toBe(':\n\n');
    happen();
    await eventually(async () => {
      expect((await reader?.read())?.value).toBe('event: done\ndata: {}\n\n');
    });
  });

  it('is written for a client that has left, too, without an effect', async () => {
    const left: boolean[] = [];
    const { happen, happened } = signal();
    const answer = await streaming(async ({ send, hasLeft }) => {
      left.push(hasLeft());
      await happened;
      send('done', {});
      left.push(hasLeft());
    });
    await answer.body?.cancel();
    happen();

    await eventually(() => expect(left).toEqual([false, true]));
  });
});

it.each([
  ['text/event-stream', true],
  ['application/json, Text/Event-Stream;q=0.5', true],
  ['text/event-stream; q=0', false],
  ['*/*', false],
  ['', false],
])('%s asks for events: %s', async (accept, expected) => {
  const fn = createFunction().get('/', (c) => c.text(String(acceptsEvents(c))));
  const answer = await fn.request('/', { headers: { accept } });

  expect(await answer.text()).toBe(String(expected));
});
