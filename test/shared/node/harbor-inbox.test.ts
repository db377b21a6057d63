import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../shared/configuration/configuration.ts';
import type { Bridge, HostImage } from '../../../shared/host/bridge.ts';
import { createHarborInbox } from '../../../shared/node/harbor-inbox.ts';
import { Problem } from '../../../shared/problem.ts';
import { sleep } from '../../../shared/sleep.ts';
import { parseHarborDelivery } from '../../../shared/webhooks/harbor-event.ts';
import { recordedDeliveries } from '../../support/harbor-deliveries.ts';
import { memoryLog } from '../../support/service.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

function held(name: string, letter: string): HostImage {
  const repo_digests = [`${name.replace(/:\w+$/, '')}@${digest(letter)}`];
  return { id: letter.repeat(64), repo_tags: [name], repo_digests, size_bytes: 1, pinned: false };
}

function push(letter: string, occur_at: number, tag = 'v1') {
  return parseHarborDelivery({
    type: 'PUSH_ARTIFACT',
    occur_at,
    event_data: {
      resources: [{ digest: digest(letter), tag }],
      repository: { repo_full_name: 'shop/web' },
    },
  });
}

interface Setup {
  readonly images?: readonly HostImage[] | ((signal: AbortSignal) => Promise<readonly HostImage[]>);
  readonly maxPending?: number;
  readonly sleep?: typeof sleep;
}

function inbox(setup: Setup = {}) {
  const { images = [held('mirror/shop/web:v1', 'a')], maxPending } = setup;
  const { configuration } = parseConfiguration({
    file: {
      webhook_config: { registry_aliases: ['mirror', 'harbor.example.internal'] },
    },
    environment: {},
  });
  if (configuration === null) throw new Error('the configuration is wrong');
  const reads: unknown[] = [];
  const bridge: Bridge = {
    configured: true,
    images: async (options = {}) => {
      reads.push(options.fresh);
      const signal = options.signal?.() ?? new AbortController().signal;
      const rows = typeof images === 'function' ? await images(signal) : images;
      return { rows, startedAtMs: 0, ageMs: 0 };
    },
    containers: () => Promise.reject(new Error('containers are of no interest')),
    runtimeExpected: () => true,
  };
  const { logger, lines } = memoryLog();
  const told: unknown[] = [];
  const made = createHarborInbox({
    bridge,
    configuration,
    logger,
    now: Date.now,
    sleep: setup.sleep ?? (async () => undefined),
    notifications: {
      add: ({ fields }) => told.push(`${fields['effect']} ${fields['tag']} ${fields['digest']}`),
    },
    ...(maxPending !== undefined && { maxPending }),
  });
  return { ...made, told, reads, lines };
}

const REPLACED_BY_B = `replaced v1 ${digest('b')}`;

describe('createHarborInbox', () => {
  it('looks at the host by a run that begins now, once for all that came meanwhile', async () => {
    const { take, told, reads } = inbox();
    await Promise.all([
      take(push('b', 1), 'r1'),
      take(push('b', 1, 'v2'), 'r2'),
      take(push('c', 2), 'r3'),
    ]);
    expect(reads).toEqual([true]);
    expect(told).toEqual([REPLACED_BY_B, `replaced v1 ${digest('c')}`]);
  });

  it('looks once for the thousand events of a retention run', async () => {
    const { take, told, reads } = inbox();
    const tags = Array.from({ length: 1000 }, (_, index) => `v${index}`);
    await Promise.all(tags.map((tag) => take(push('b', 1, tag), 'r1')));
    expect(reads).toEqual([true]);
    expect(told).toEqual([REPLACED_BY_B]);
  });

  it.each(['retry-fail', 'retry-flaky', 'retry-redirect', 'retry-slow', 'tag-moved'])(
    'tells once of the recording %s, which has one event several times and in both formats',
    async (name) => {
      const deliveries = recordedDeliveries(name).map(({ body }) =>
        parseHarborDelivery(JSON.parse(body)),
      );
      const [event] = deliveries[0]?.events ?? [];
      const image = held(
        `harbor.example.internal/${event?.project}/${event?.repository}:${event?.tag}`,
        'a',
      );
      const { take, told } = inbox({ images: [image] });
      for (const delivery of deliveries) await take(delivery, 'r');
      expect(deliveries.length).toBeGreaterThan(1);
      expect(told).toEqual([`replaced ${event?.tag} ${event?.digest}`]);
    },
  );

  it('takes a second push of the same image under the same tag for the same matter', async () => {
    const { take, told } = inbox();
    await take(push('b', 1), 'r1');
    await take(push('b', 2), 'r2');
    expect(told).toEqual([REPLACED_BY_B]);
  });

  it('takes a tag that moves back and away again for news', async () => {
    const { take, told } = inbox();
    await take(push('b', 1), 'r1');
    await take(push('a', 2), 'r2');
    await take(push('b', 3), 'r3');
    expect(told).toEqual([REPLACED_BY_B, REPLACED_BY_B]);
  });

  it('knows a CloudEvent by its id', async () => {
    const { take, told } = inbox();
    const delivery = { ...push('b', 1), id: '/projects/6 event-1' };
    await take(delivery, 'r1');
    await take({ ...push('c', 2), id: delivery.id }, 'r2');
    expect(told).toEqual([REPLACED_BY_B]);
  });

  it('tells that nobody can say when the host cannot be read', async () => {
    const images = () => Promise.reject(new Problem('runtime_unreachable', 'It is down.'));
    const { take, told } = inbox({ images });
    await take(push('b', 1), 'r1');
    expect(told).toEqual([`unknown v1 ${digest('b')}`]);
  });

  it.each(['rate_limited', 'overloaded'] as const)(
    'looks again when others keep the host busy: %s',
    async (code) => {
      const answers = [
        () => Promise.reject(new Problem(code, 'Try again later.')),
        () => Promise.resolve([held('mirror/shop/web:v1', 'a')]),
      ];
      const { take, told, reads } = inbox({
        images: () => answers.shift()?.() ?? Promise.reject(new Error('asked too often')),
      });
      await take(push('b', 1), 'r1');
      expect(told).toEqual([REPLACED_BY_B]);
      expect(reads).toEqual([true, true]);
    },
  );

  it('waits for a busy host no longer than there is time', async () => {
    const images = () => Promise.reject(new Problem('rate_limited', 'Try again later.'));
    const { take, close, told } = inbox({ images, sleep });
    take(push('b', 1), 'r1');
    await close();
    expect(told).toEqual([`unknown v1 ${digest('b')}`]);
  });

  it('tells so, and logs why, when reading the host fails for a reason that nobody foresaw', async () => {
    const { take, told, lines } = inbox({ images: () => Promise.reject(new Error('a bug')) });
    await take(push('b', 1), 'r1');
    expect(told).toEqual([`unknown v1 ${digest('b')}`]);
    expect(lines).toMatchObject([{ level: 'ERROR', request_id: 'r1', err: new Error('a bug') }]);
  });

  it('refuses what it cannot hold, so that Harbor sends it again, and takes it then', async () => {
    let finish = (): void => undefined;
    const blocked = new Promise<void>((resolve) => (finish = resolve));
    const images = () => blocked.then(() => [held('mirror/shop/web:v1', 'a')]);
    const { take, told, reads } = inbox({ images, maxPending: 1 });
    const first = take(push('b', 1), 'r1');
    await expect.poll(() => reads).toHaveLength(1);
    take(push('c', 2), 'r2');
    expect(() => take(push('d', 3), 'r3')).toThrowError(
      expect.objectContaining({ code: 'overloaded' }),
    );
    finish();
    await first;
    await take(push('d', 3), 'r4');
    expect(told.map(String)).toEqual(['b', 'c', 'd'].map((one) => `replaced v1 ${digest(one)}`));
  });

  it('judges what it has taken before it closes', async () => {
    const { take, close, told } = inbox();
    take(push('b', 1), 'r1');
    await close();
    expect(told).toEqual([REPLACED_BY_B]);
  });

  it('closes in time although the host hangs', async () => {
    const images = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    const { take, close, told } = inbox({ images });
    take(push('b', 1), 'r1');
    await close();
    expect(told).toEqual([`unknown v1 ${digest('b')}`]);
  });
});
