import type { IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { createNotificationQueue } from '../../../../shared/node/webhooks/notification-queue.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryLog } from '../../../support/log.ts';
import { notificationFor } from '../../../support/notifications.ts';
import { type ReceiverAnswer, startReceiver } from '../../../support/receiver.ts';

const SECRET = `whsec_${btoa('a secret of 32 bytes for the test')}`;
const PATH = '/hook/path-that-is-secret?token=query-that-is-secret';

interface Setup {
  readonly secret?: string | null;
  readonly maxWaiting?: number;
  readonly tries?: number;
  readonly timeoutMs?: number;
  readonly flushMs?: number;
  /** Pauses end only when the queue closes. */
  readonly patient?: boolean;
}

async function queue(answers: readonly ReceiverAnswer[], setup: Setup = {}) {
  const receiver = await startReceiver(answers, PATH);
  const { logger, lines } = memoryLog();
  const pauses: number[] = [];
  const { secret = SECRET, tries = 3, timeoutMs = 5_000, patient = false, ...limits } = setup;
  const notifications = createNotificationQueue({
    notifyUrl: receiver.url,
    notifySecret: secret,
    fetch,
    logger,
    now: Date.now,
    sleep: (ms, signal) => {
      pauses.push(ms);
      return new Promise((resolve, reject) => {
        if (!patient) resolve();
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    },
    retries: { attempts: tries, timeoutMs, firstPauseMs: 1_000, maxPauseMs: 3_000 },
    ...limits,
  });
  const add = async (...names: string[]) => {
    const made = await Promise.all(names.map(notificationFor));
    made.forEach(notifications.add);
    return made;
  };
  const warnings = () => lines.filter(({ level }) => level === 'WARNING').map(({ msg }) => msg);
  return { receiver, notifications, add, lines, warnings, pauses };
}

describe('createNotificationQueue', () => {
  it('sends a CloudEvent that the package standardwebhooks verifies', async () => {
    const { receiver, add } = await queue([204]);
    const [made] = await add('web');
    await receiver.arrived(1);
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] =
      receiver.deliveries;
    expect(headers['content-type']).toBe('application/cloudevents+json');
    expect(new Webhook(SECRET).verify(body, headers as Record<string, string>)).toEqual({
      specversion: '1.0',
      id: made?.id,
      source: '/webhooks/harbor',
      type: 'image-api.artifact.deleted',
      subject: 'shop/web:v1',
      time: '2026-11-24T06:45:00.000Z',
      datacontenttype: 'application/json',
      data: {
        effect: 'deleted',
        project: 'shop',
        repository: 'web',
        tag: 'v1',
        digest: `sha256:${'a'.repeat(64)}`,
        images: [],
        detail: 'web is gone.',
        occurred_at: '2026-11-24T06:43:46.000Z',
        request_id: 'request-1',
      },
    });
    expect(headers['webhook-id']).toBe(made?.id);
  });

  it('leaves the signature out when there is no secret', async () => {
    const { receiver, add } = await queue([200], { secret: null });
    await add('web');
    await receiver.arrived(1);
    expect(receiver.deliveries[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it('tries again under the same id, with longer pauses', async () => {
    const { receiver, add, pauses, notifications, warnings } = await queue([500, 429, 404, 200], {
      tries: 4,
    });
    const [made] = await add('web');
    await receiver.arrived(4);
    await notifications.close();
    expect(receiver.deliveries.map(({ headers }) => headers['webhook-id'])).toEqual(
      Array.from({ length: 4 }, () => made?.id),
    );
    expect(pauses).toEqual([1_000, 2_000, 3_000]);
    expect(warnings()).toEqual([]);
  });

  it('logs the notification after its last attempt and continues with the next', async () => {
    const { receiver, add, warnings, notifications } = await queue([500, 500, 503, 200]);
    await add('web', 'api');
    await receiver.arrived(4);
    await notifications.close();
    expect(warnings()).toEqual(['web is gone. (notification not sent: notify_url answered 503)']);
    expect(receiver.deliveries.map(({ body }) => JSON.parse(body).data.repository)).toEqual([
      'web',
      'web',
      'web',
      'api',
    ]);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await startReceiver([]);
    const { receiver, add, notifications, warnings } = await queue([
      { redirectTo: elsewhere.url },
      { redirectTo: elsewhere.url },
      { redirectTo: elsewhere.url },
    ]);
    await add('web');
    await receiver.arrived(3);
    await notifications.close();
    expect(elsewhere.deliveries).toEqual([]);
    expect(warnings()).toEqual(['web is gone. (notification not sent: notify_url answered 307)']);
  });

  it('ends an attempt that hangs', async () => {
    const { add, lines, notifications } = await queue(['hang', 'hang'], {
      tries: 2,
      timeoutMs: 50,
    });
    await add('web');
    await eventually(() =>
      expect(lines).toContainEqual(
        expect.objectContaining({ msg: 'notification not sent: TimeoutError', tries: 2 }),
      ),
    );
    await notifications.close();
  });

  it('drops the oldest one into the log when the queue is full', async () => {
    const { receiver, add, warnings, pauses, notifications } = await queue([500, 200, 200, 200], {
      patient: true,
      maxWaiting: 2,
    });
    await add('tried');
    await eventually(() => expect(pauses).toHaveLength(1));
    await add('first', 'second', 'third');
    expect(warnings()).toEqual([
      'first is gone. (notification dropped: too many wait for notify_url)',
    ]);
    await notifications.close();
    expect(receiver.deliveries.map(({ body }) => JSON.parse(body).data.repository)).toEqual([
      'tried',
      'tried',
      'second',
      'third',
    ]);
  });

  it('tries each one once more when it is closed, and logs what is left', async () => {
    const { add, notifications, warnings, pauses } = await queue([500, 503, 200, 502], {
      patient: true,
    });
    await add('web', 'api', 'db');
    await eventually(() => expect(pauses).toHaveLength(1));
    await notifications.close();
    expect(warnings()).toEqual([
      'web is gone. (notification not sent: notify_url answered 503)',
      'db is gone. (notification not sent: notify_url answered 502)',
    ]);
  });

  it('closes in time although the receiver hangs', async () => {
    const { receiver, add, notifications, warnings } = await queue(['hang'], { flushMs: 20 });
    await add('web', 'api');
    await receiver.arrived(1);
    await notifications.close();
    expect(warnings()).toEqual([
      'web is gone. (notification not sent: AbortError)',
      'api is gone. (notification not sent: no time left)',
    ]);
  });

  it('logs only the kind of error, never the URL', async () => {
    const closed = await queue([]);
    const { logger, lines } = memoryLog();
    const notifications = createNotificationQueue({
      notifyUrl: `http://127.0.0.1:1${PATH}`,
      notifySecret: SECRET,
      fetch: async (input) => {
        throw new TypeError(`error sending request for url (${input})`);
      },
      logger,
      now: Date.now,
      sleep: async () => undefined,
    });
    notifications.add(await notificationFor('web'));
    await notifications.close();
    expect(lines.at(-1)?.msg).toBe('web is gone. (notification not sent: TypeError)');
    expect(JSON.stringify(lines)).not.toContain('that-is-secret');
    expect(closed.lines).toEqual([]);
  });

  it('logs notifications when there is no notify_url', async () => {
    const { logger, lines } = memoryLog();
    const notifications = createNotificationQueue({
      notifyUrl: null,
      notifySecret: null,
      fetch: () => Promise.reject(new Error('nothing may be called')),
      logger,
      now: Date.now,
      sleep: async () => undefined,
    });
    notifications.add(await notificationFor('web'));
    expect(lines).toMatchObject([{ level: 'WARNING', msg: 'web is gone.', repository: 'web' }]);
  });
});
