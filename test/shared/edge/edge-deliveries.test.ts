import { describe, expect, it } from 'vitest';
import { createEdgeDeliveries } from '../../../shared/edge/edge-deliveries.ts';
import type { Bridge } from '../../../shared/ports/bridge.ts';
import { memoryLog } from '../../support/log.ts';
import { held, push } from '../../support/pushes.ts';
import { type ReceiverAnswer, startReceiver } from '../../support/receiver.ts';

interface Setup {
  /** Null: no receiver is configured. */
  readonly answers?: readonly ReceiverAnswer[] | null;
  readonly images?: Bridge['images'];
  readonly deferral?: 'before';
}

async function edge({ answers = [200], images, deferral }: Setup) {
  const receiver = await startReceiver(answers ?? []);
  const { logger, lines } = memoryLog();
  const rows = [held('mirror/shop/web:v1', 'a')];
  const pauses: number[] = [];
  const { take } = createEdgeDeliveries({
    images: images ?? (async () => ({ rows, startedAtMs: 0, ageMs: 0 })),
    registries: ['mirror'],
    notifyUrl: answers === null ? null : receiver.url,
    notifySecret: null,
    fetch,
    logger,
    now: Date.now,
    sleep: async (ms) => {
      pauses.push(ms);
    },
    ...(deferral && { deferral }),
  });
  const warnings = () => lines.filter(({ level }) => level === 'WARNING');
  const sent = () => receiver.deliveries.map(({ body }) => JSON.parse(body));
  return { take, sent, warnings, pauses };
}

describe('createEdgeDeliveries', () => {
  it('retries a notification with longer pauses', async () => {
    const { take, sent, pauses, warnings } = await edge({ answers: [500, 503, 500, 200] });
    await take(push('b', 1), 'r1');

    expect(sent()).toHaveLength(4);
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
    expect(warnings()).toEqual([]);
  });

  it('sends once where nothing runs after the answer', async () => {
    const { take, sent, warnings } = await edge({ answers: [503], deferral: 'before' });
    await take(push('b', 1), 'r1');

    expect(sent()).toHaveLength(1);
    expect(warnings()).toMatchObject([
      { msg: expect.stringContaining('(notification not sent: notify_url answered 503)') },
    ]);
  });

  it('notifies of a repeated delivery under the same id', async () => {
    const { take, sent } = await edge({ answers: [200, 200] });
    await take(push('b', 1), 'r1');
    await take(push('b', 1), 'r2');

    expect(sent().map(({ id }) => id)).toEqual([sent()[0].id, sent()[0].id]);
  });

  it('does not notify of an event without effect on the host', async () => {
    const { take, sent } = await edge({ answers: [] });
    await take(push('a', 1), 'r1');

    expect(sent()).toEqual([]);
  });

  it('logs the notification when there is no receiver', async () => {
    const { take, warnings } = await edge({ answers: null });
    await take(push('b', 1), 'r1');

    expect(warnings()).toMatchObject([{ effect: 'replaced', request_id: 'r1' }]);
  });

  it('notifies of an unknown effect when the host does not answer in time', async () => {
    const images: Bridge['images'] = (options) =>
      new Promise((_, reject) => {
        const signal = options?.signal?.();
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    const { take, sent } = await edge({ images, deferral: 'before' });
    await take(push('b', 1), 'r1');

    expect(sent()).toMatchObject([
      { data: { effect: 'unknown', detail: expect.stringContaining('did not answer in time') } },
    ]);
  });
});
