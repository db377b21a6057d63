/**
 * Limits how many things run at a time, first come first served. Not p-queue 9.3.5: how many wait, for how long, who leaves
 * and who watches would still be ours, and its `signal` also frees the place of work that still runs. It adds 12 KB to the
 * bundle of a function (4.3 KB gzipped, where one has 0.3 left), and takes five times as long for work that need not wait.
 */
import { Problem } from '../problem.ts';

/** Runs `work` when there is a free place. Rejects with `overloaded` if too many wait. */
export type Limit = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** Watches one queue. */
export interface QueueObserver {
  /** How many more wait; negative: fewer. */
  readonly waiting: (change: number) => void;
  /** One was refused as `overloaded`, or dropped. */
  readonly refused: () => void;
}

export const noQueueObserver: QueueObserver = {
  waiting: () => undefined,
  refused: () => undefined,
};

export interface LimitOptions {
  /** How many run at a time. */
  readonly concurrency: number;
  /** How many may wait; more are refused. `Infinity` if something else limits them. */
  readonly waiting: number;
  /** How long one may wait before it is refused, milliseconds. Default: forever. */
  readonly waitMs?: number;
  /** The name of what they wait for, for messages. Default: Harbor. */
  readonly waitsFor?: string;
  readonly observer?: QueueObserver | undefined;
}

/**
 * Makes a limit for one request, or for a whole process. A limit for a process is made at the start of the
 * process, because requests must not share a limit on workerd.
 * @returns a limit that rejects with `overloaded` beyond its bounds, or with the signal's reason
 */
export function createLimit({
  concurrency,
  waiting,
  waitMs,
  waitsFor = 'Harbor',
  observer,
}: LimitOptions): Limit {
  let running = 0;
  // Starts of those who wait, in order: deleting from the middle of a Set is cheap.
  const queue = new Set<() => void>();

  const place = (signal: AbortSignal | undefined): Promise<void> | undefined => {
    if (running < concurrency) {
      running++;
      return undefined;
    }
    if (queue.size >= waiting) throw refusal();
    // Each caller derives a signal of its own, because Node warns about many listeners on one.
    const gone = signal === undefined ? undefined : AbortSignal.any([signal]);
    return new Promise((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const leave = () => {
        queue.delete(start);
        observer?.waiting(-1);
        clearTimeout(timer);
        gone?.removeEventListener('abort', giveUp);
      };
      const start = () => {
        leave();
        running++;
        resolve();
      };
      const giveUp = () => {
        leave();
        reject(gone?.reason);
      };
      if (waitMs !== undefined) {
        timer = setTimeout(() => {
          leave();
          reject(refusal());
        }, waitMs);
      }
      gone?.addEventListener('abort', giveUp, { once: true });
      queue.add(start);
      observer?.waiting(1);
    });
  };

  const refusal = (): Problem => {
    observer?.refused();
    return overloaded(waitsFor);
  };

  return async function limit(work, signal) {
    signal?.throwIfAborted();
    await place(signal);
    try {
      return await work();
    } finally {
      running--;
      for (const start of queue) {
        start();
        break;
      }
    }
  };
}

/** The problem of a request that finds too many waiting. */
function overloaded(waitsFor: string): Problem {
  return new Problem(
    'overloaded',
    `Too many requests are waiting for ${waitsFor}. Try again in a moment.`,
    { headers: { 'Retry-After': '1' } },
  );
}
