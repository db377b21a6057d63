/** Work that must not overlap. */
import { createLimit, type Limit, type LimitOptions } from '../../../values/waiting/limit.ts';

/** Runs the work of one key one after another, first come first served. Rejects as a `Limit` does. */
export type Turns = <T>(key: string, work: () => Promise<T>, signal?: AbortSignal) => Promise<T>;

/** @param options how many may wait for one key, and for how long */
export function createTurns(options: Omit<LimitOptions, 'concurrency'>): Turns {
  const queues = new Map<string, { readonly limit: Limit; users: number }>();
  return async (key, work, signal) => {
    const queue = queues.get(key) ?? {
      limit: createLimit({ concurrency: 1, ...options }),
      users: 0,
    };
    queues.set(key, queue);
    queue.users++;
    try {
      return await queue.limit(work, signal);
    } finally {
      queue.users--;
      if (queue.users === 0) queues.delete(key);
    }
  };
}
