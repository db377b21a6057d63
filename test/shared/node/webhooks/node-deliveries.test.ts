import { describe, expect, it } from 'vitest';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import { createNodeDeliveries } from '../../../../shared/node/webhooks/node-deliveries.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { sleep } from '../../../../shared/values/waiting/sleep.ts';
import { recordedDeliveries } from '../../../fixtures/recordings.ts';
import { eventually } from '../../../support/eventually.ts';
import { memoryLog } from '../../../support/log.ts';
import { digest, held, push } from '../../../support/pushes.ts';

interface Setup {
  readonly images?: readonly HostImage[] | ((signal: AbortSignal) => Promise<readonly HostImage[]>);
  readonly maxPending?: number;
  readonly sleep?: typeof sleep;
}

/** Without a receiver, so that notifications are lines in the log. */
function deliveries(setup: Setup = {}) {
  const { images = [held('mirror/shop/web:v1', 'a')], maxPending } = setup;
  const reads: unknown[] = [];
  const { logger, lines } = memoryLog();
  const made = createNodeDeliveries({
    images: async (options = {}) => {
      reads.push(options.fresh);
      const signal = options.signal?.() ?? new AbortController().signal;
      const rows = typeof images === 'function' ? await images(signal) : images;
      return { rows, startedAtMs: 0, ageMs: 0 };
    },
    registries: ['mirror', 'harbor.example.internal'],
    notifyUrl: null,
    notifySecret: null,
    fetch: () => Promise.reject(new Error('no call was expected')),
    logger,
    now: Date.now,
    sleep: setup.sleep ?? (async () => undefined),
    ...(maxPending !== undefined && { maxPending }),
  });
  const notified = () =>
    lines
      .filter(({ level }) => level === 'WARNING')
      .map(({ effect, tag, digest }) => `${effect} ${tag} ${digest}`);
  return { ...made, notified, reads, lines };
}

const REPLACED_BY_B = `replaced v1 ${digest('b')}`;

describe('createNodeDeliveries', () => {
  it('reads the host once, by a run that begins now, for deliveries that arrive together', async () => {
    const { take, notified, reads } = deliveries();
    await Promise.all([
      take(push('b', 1), 'r1'),
      take(push('b', 1, 'v2'), 'r2'),
      take(push('c', 2), 'r3'),
    ]);
    expect(reads).toEqual([true]);
    expect(notified()).toEqual([REPLACED_BY_B, `replaced v1 ${digest('c')}`]);
  });

  it('reads the host once for the thousand events of a retention run', async () => {
    const { take, notified, reads } = deliveries();
    const tags = Array.from({ length: 1000 }, (_, index) => `v${index}`);
    await Promise.all(tags.map((tag) => take(push('b', 1, tag), 'r1')));
    expect(reads).toEqual([true]);
    expect(notified()).toEqual([REPLACED_BY_B]);
  });

  it('looks at each image once for the thousand deletions of a batch', async () => {
    let looks = 0;
    const image = held('mirror/shop/web:v1', 'a');
    const watched: HostImage = {
      ...image,
      get repo_digests() {
        looks += 1;
        return image.repo_digests;
      },
    };
    const { take, lines } = deliveries({ images: [watched] });
    const resources = Array.from({ length: 1000 }, (_, index) => ({
      digest: `sha256:${index.toString(16).padStart(64, '0')}`,
    }));
    const repository = { repo_full_name: 'shop/web' };
    const event_data = { resources, repository };
    await take(parseHarborDelivery({ type: 'DELETE_ARTIFACT', event_data }), 'r1');
    expect(looks).toBe(1);
    expect(lines).toEqual([]);
  });

  it.each(['retry-fail', 'retry-flaky', 'retry-redirect', 'retry-slow', 'tag-moved'])(
    'notifies once of the recording %s, which has one event several times and in both formats',
    async (name) => {
      const recorded = recordedDeliveries(name).map(({ body }) =>
        parseHarborDelivery(JSON.parse(body)),
      );
      const [event] = recorded[0]?.events ?? [];
      const image = held(
        `harbor.example.internal/${event?.project}/${event?.repository}:${event?.tag}`,
        'a',
      );
      const { take, notified } = deliveries({ images: [image] });
      for (const delivery of recorded) await take(delivery, 'r');
      expect(recorded.length).toBeGreaterThan(1);
      expect(notified()).toEqual([`replaced ${event?.tag} ${event?.digest}`]);
    },
  );

  it('does not notify again when the same image is pushed under the same tag', async () => {
    const { take, notified } = deliveries();
    await take(push('b', 1), 'r1');
    await take(push('b', 2), 'r2');
    expect(notified()).toEqual([REPLACED_BY_B]);
  });

  it('notifies again when a tag moves back and away again', async () => {
    const { take, notified } = deliveries();
    await take(push('b', 1), 'r1');
    await take(push('a', 2), 'r2');
    await take(push('b', 3), 'r3');
    expect(notified()).toEqual([REPLACED_BY_B, REPLACED_BY_B]);
  });

  it('recognises a CloudEvent by its id', async () => {
    const { take, notified } = deliveries();
    const delivery = { ...push('b', 1), id: '/projects/6 event-1' };
    await take(delivery, 'r1');
    await take({ ...push('c', 2), id: delivery.id }, 'r2');
    expect(notified()).toEqual([REPLACED_BY_B]);
  });

  it('notifies of an unknown effect when the host cannot be read', async () => {
    const images = () => Promise.reject(new Problem('runtime_unreachable', 'It is down.'));
    const { take, notified } = deliveries({ images });
    await take(push('b', 1), 'r1');
    expect(notified()).toEqual([`unknown v1 ${digest('b')}`]);
  });

  it.each(['rate_limited', 'overloaded'] as const)(
    'reads the host again when the bridge is busy: %s',
    async (code) => {
      const answers = [
        () => Promise.reject(new Problem(code, 'Try again later.')),
        () => Promise.resolve([held('mirror/shop/web:v1', 'a')]),
      ];
      const { take, notified, reads } = deliveries({
        images: () => answers.shift()?.() ?? Promise.reject(new Error('asked too often')),
      });
      await take(push('b', 1), 'r1');
      expect(notified()).toEqual([REPLACED_BY_B]);
      expect(reads).toEqual([true, true]);
    },
  );

  it('stops waiting for a busy bridge when it closes', async () => {
    const images = () => Promise.reject(new Problem('rate_limited', 'Try again later.'));
    const { take, close, notified } = deliveries({ images, sleep });
    take(push('b', 1), 'r1');
    await close();
    expect(notified()).toEqual([`unknown v1 ${digest('b')}`]);
  });

  it('notifies of an unknown effect, and logs the error, when reading the host fails unexpectedly', async () => {
    const { take, notified, lines } = deliveries({
      images: () => Promise.reject(new Error('a bug')),
    });
    await take(push('b', 1), 'r1');
    expect(notified()).toEqual([`unknown v1 ${digest('b')}`]);
    expect(lines[0]).toMatchObject({ level: 'ERROR', request_id: 'r1', err: new Error('a bug') });
  });

  it('logs a batch that cannot be processed, and continues with the next', async () => {
    const broken = [null as unknown as HostImage];
    const answers = [broken, [held('mirror/shop/web:v1', 'a')]];
    const { take, notified, lines } = deliveries({ images: async () => answers.shift() ?? [] });
    await take(push('c', 1), 'r1');
    await take(push('b', 2), 'r2');

    expect(lines[0]).toMatchObject({ level: 'ERROR', request_ids: ['r1'], err: expect.any(Error) });
    expect(notified()).toEqual([REPLACED_BY_B]);
  });

  it('refuses events when too many are waiting, and accepts them when Harbor sends them again', async () => {
    let finish = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    const images = () => blocked.then(() => [held('mirror/shop/web:v1', 'a')]);
    const { take, notified, reads } = deliveries({ images, maxPending: 1 });
    const first = take(push('b', 1), 'r1');
    await eventually(() => expect(reads).toHaveLength(1));
    take(push('c', 2), 'r2');
    expect(() => take(push('d', 3), 'r3')).toThrowError(
      expect.objectContaining({ code: 'overloaded' }),
    );
    finish();
    await first;
    await take(push('d', 3), 'r4');
    expect(notified()).toEqual(['b', 'c', 'd'].map((one) => `replaced v1 ${digest(one)}`));
  });

  it('processes what it has taken before it closes', async () => {
    const { take, close, notified } = deliveries();
    take(push('b', 1), 'r1');
    await close();
    expect(notified()).toEqual([REPLACED_BY_B]);
  });

  it('closes in time although the host hangs', async () => {
    const images = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { take, close, notified } = deliveries({ images });
    take(push('b', 1), 'r1');
    await close();
    expect(notified()).toEqual([`unknown v1 ${digest('b')}`]);
  });
});
