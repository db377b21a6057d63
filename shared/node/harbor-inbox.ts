/**
 * Harbor's deliveries in a long-lived process: repeats are recognised, and the events that come while
 * the host is being read share the next look at it.
 */
import type { Services } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { type Matter, matterOf, registryNames } from '../webhooks/event-effect.ts';
import { lookAtHost } from '../webhooks/event-work.ts';
import type { HarborDelivery, HarborEvent } from '../webhooks/harbor-event.ts';
import { notificationOf } from '../webhooks/notification.ts';
import type { Notifications } from './notifications.ts';
import { createRecentStates } from './repeated-states.ts';

/** Harbor sends a delivery again for about four minutes. */
const REMEMBERED_MS = 15 * 60_000;
const REMEMBERED = 4096;
const MAX_PENDING = 4096;
/** One push or one retention run brings several events at once. */
const GATHER_MS = 100;
/** `crictl_timeout_ms` ends a look earlier; this is for a bridge that hangs. */
const LOOK_TIMEOUT_MS = 60_000;
const CLOSE_MS = 1_000;

export interface HarborInbox {
  /**
   * Takes a delivery. The promise ends when its events were judged; it never rejects.
   * @throws Problem overloaded, at once, when too many events wait: Harbor will send it again
   */
  take(delivery: HarborDelivery, requestId: string): Promise<void>;
  /** Judges what was taken, within a second, before the process goes. */
  close(): Promise<void>;
}

export type HarborInboxOptions = Pick<
  Services,
  'bridge' | 'configuration' | 'logger' | 'now' | 'sleep'
> & {
  readonly notifications: Pick<Notifications, 'add'>;
  readonly maxPending?: number;
};

interface Pending {
  readonly event: HarborEvent;
  readonly requestId: string;
}

/** Makes the inbox that start/ passes in as `Services.takeHarborDelivery`. */
export function createHarborInbox(options: HarborInboxOptions): HarborInbox {
  const { configuration, logger, now, sleep, notifications, maxPending = MAX_PENDING } = options;
  const registries = registryNames(configuration);
  const memory = { maxKeys: REMEMBERED, maxAgeMs: REMEMBERED_MS, now };
  const isRepeatedEvent = createRecentStates(memory);
  const isRepeatedMatter = createRecentStates(memory);
  const closing = new AbortController();
  const ended = new AbortController();
  let pending: Pending[] = [];
  let working: Promise<void> | null = null;

  async function work(): Promise<void> {
    while (pending.length > 0) {
      await sleep(GATHER_MS, closing.signal).catch(() => undefined); // Closing: look at once.
      const batch = pending;
      pending = [];
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]);
      const host = await lookAtHost(options, { signal, requestId: batch[0]?.requestId ?? '' });
      for (const { event, requestId } of batch) {
        const matter = matterOf(event, host, registries);
        // Of a push without effect, too: what comes after it is news again.
        const isOld = isRepeatedMatter(subjectOf(event), stateOf(event, matter));
        if (matter === null || isOld) continue;
        notifications.add(await notificationOf(matter, { nowMs: now(), requestId }));
      }
    }
    working = null;
  }

  return {
    take(delivery, requestId) {
      const { id, events } = delivery;
      if (pending.length + events.length > maxPending) {
        const detail = 'Too many events wait for a look at the host. Send it again later.';
        throw new Problem('overloaded', detail, { headers: { 'Retry-After': '10' } });
      }
      const isRepeated = id !== null && isRepeatedEvent(id, '');
      const news = events.filter((event) => !isRepeatedEvent(eventKey(event), '') && !isRepeated);
      if (news.length < events.length) {
        const repeated = events.length - news.length;
        logger.log('DEBUG', 'repeated events of Harbor', { request_id: requestId, repeated });
      }
      pending.push(...news.map((event) => ({ event, requestId })));
      if (pending.length > 0) working ??= work();
      return working ?? Promise.resolve();
    },
    async close() {
      closing.abort();
      const timer = setTimeout(() => ended.abort(), CLOSE_MS);
      await working;
      clearTimeout(timer);
    },
  };
}

/** The same over both payload formats and over retries. */
function eventKey({ kind, project, repository, tag, digest, occurredAtS }: HarborEvent): string {
  return JSON.stringify([kind, project, repository, tag, digest, occurredAtS]);
}

/** A tag is in one state after the other; an artifact is deleted, pushed and deleted again. */
function subjectOf(event: HarborEvent): string {
  const { project, repository, tag } = event;
  return event.kind === 'pushed' ? JSON.stringify([project, repository, tag]) : eventKey(event);
}

function stateOf({ digest }: HarborEvent, matter: Matter | null): string {
  return `${matter?.effect ?? 'none'} ${digest}`;
}
