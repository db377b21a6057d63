/**
 * The notifications of a long-lived process: one after the other, in order, tried again for a while,
 * in a queue that cannot grow without end.
 */
import type { Configuration } from '../configuration/configuration.ts';
import type { Logger } from '../log/logger.ts';
import {
  logNotification,
  type Notification,
  type Persistence,
  sendNotification,
} from '../webhooks/notification.ts';

/** About two minutes between the tries, and at most ten seconds for each. */
const PERSISTENCE: Persistence = {
  tries: 8,
  timeoutMs: 10_000,
  firstPauseMs: 1_000,
  maxPauseMs: 60_000,
};
/** One retention run of Harbor can bring a thousand; each takes one or two kilobytes. */
const MAX_WAITING = 1000;
/** What is not sent by then is in the log. */
const FLUSH_MS = 2_000;

export interface Notifications {
  /** Takes a notification and returns at once; a full queue drops the one that waits longest. */
  add(notification: Notification): void;
  /** Gives what still waits one more try, within two seconds in all. */
  close(): Promise<void>;
}

export interface NotificationsOptions {
  readonly webhook_config: Pick<Configuration['webhook_config'], 'notify_url' | 'notify_secret'>;
  readonly fetch: typeof fetch;
  readonly logger: Logger;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly persistence?: Persistence;
  readonly maxWaiting?: number;
  readonly flushMs?: number;
}

/** Makes the queue; without a `notify_url` each notification is a line in the log. */
export function createNotifications(options: NotificationsOptions): Notifications {
  const { webhook_config, fetch, logger, now, sleep, persistence = PERSISTENCE } = options;
  const { maxWaiting = MAX_WAITING, flushMs = FLUSH_MS } = options;
  const { notify_url, notify_secret } = webhook_config;
  const waiting: Notification[] = [];
  const closing = new AbortController();
  const ended = new AbortController();
  let working: Promise<void> | null = null;

  async function pause(ms: number): Promise<boolean> {
    if (closing.signal.aborted) return false;
    await sleep(ms, closing.signal).catch(() => undefined); // Closing: the last try is now.
    return true;
  }

  async function work(url: string): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await sendNotification(next, {
        notify_url: url,
        notify_secret,
        fetch,
        now,
        logger,
        persistence,
        pause,
        signal: ended.signal,
      });
    }
    working = null;
  }

  return {
    add(notification) {
      if (notify_url === null) {
        logNotification(logger, notification);
        return;
      }
      waiting.push(notification);
      if (waiting.length > maxWaiting) {
        const dropped = waiting.shift();
        if (dropped !== undefined) {
          logNotification(logger, dropped, 'dropped: too many notifications wait for notify_url');
        }
      }
      working ??= work(notify_url);
    },
    async close() {
      closing.abort();
      const timer = setTimeout(() => ended.abort(), flushMs);
      await working;
      clearTimeout(timer);
    },
  };
}
