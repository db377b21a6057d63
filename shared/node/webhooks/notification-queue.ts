/** The notifications of a long-lived process: a queue of limited length, sent in order, with retries. */

import {
  type Receiver,
  type Retries,
  sendNotification,
} from '../../adapters/receiver/send-notification.ts';
import { logNotification, type Notification } from '../../ports/notification.ts';
import { noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';

/** About two minutes of pauses, and at most ten seconds for each attempt. */
const RETRIES: Retries = {
  attempts: 8,
  timeoutMs: 10_000,
  firstPauseMs: 1_000,
  maxPauseMs: 60_000,
};
/** At a stop, notifications that are not sent in this time are logged. */
const FLUSH_MS = 2_000;

export interface NotificationQueue {
  /** Adds a notification and returns immediately. A full queue drops its oldest one and logs it. */
  add(notification: Notification): void;
  /** Tries each remaining notification once more, within two seconds in total. */
  close(): Promise<void>;
}

export interface NotificationQueueOptions extends Receiver {
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly retries?: Retries;
  readonly maxWaiting?: number;
  readonly flushMs?: number;
  readonly observer?: QueueObserver;
}

/** Makes the queue. */
export function createNotificationQueue(options: NotificationQueueOptions): NotificationQueue {
  const { logger, sleep, retries = RETRIES } = options;
  const {
    maxWaiting = QUEUE_LIMITS.notifications,
    flushMs = FLUSH_MS,
    observer = noQueueObserver,
  } = options;
  const waiting: Notification[] = [];
  const closing = new AbortController();
  const ended = new AbortController();
  let working: Promise<void> | null = null;

  async function pause(ms: number): Promise<boolean> {
    if (closing.signal.aborted) return false;
    // Closing: the last attempt is now.
    await withOwnSignal(closing.signal, (signal) => sleep(ms, signal)).catch(() => undefined);
    return true;
  }

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      observer.waiting(-1);
      await sendNotification(next, { ...options, retries, pause, signal: ended.signal });
    }
    working = null;
  }

  return {
    add(notification) {
      waiting.push(notification);
      observer.waiting(1);
      if (waiting.length > maxWaiting) {
        const dropped = waiting.shift();
        if (dropped !== undefined) {
          observer.waiting(-1);
          observer.refused();
          options.metrics?.count('image_api_notifications_total', { outcome: 'dropped' });
          logNotification(logger, dropped, 'notification dropped: too many wait for notify_url');
        }
      }
      working ??= work();
    },
    async close() {
      closing.abort();
      const timer = setTimeout(() => ended.abort(), flushMs);
      await working;
      clearTimeout(timer);
    },
  };
}
