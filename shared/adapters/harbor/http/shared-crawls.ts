/** One crawl at a time, shared by all callers. */
import type { RegistryImages } from '../../../ports/registry-rows.ts';
import { type LimitObserver, overloaded } from '../../../values/limit.ts';

/**
 * Returns the result of a crawl that begins after the call, so that it includes earlier changes of the caller.
 * Calls during a crawl share the next one, which uses the limit and the request id of the first of them. A crawl
 * is cancelled when no caller waits for it any more. Rejects with `overloaded` if too many wait.
 */
export type ShareCrawl = (
  work: (signal: AbortSignal) => Promise<RegistryImages>,
  signal: AbortSignal,
) => Promise<RegistryImages>;

interface Run {
  readonly result: Promise<RegistryImages>;
  readonly controller: AbortController;
  callers: number;
}

/** @param maxCallers how many callers may wait at a time, for the running crawl and the next one together */
export function createSharedCrawls(maxCallers: number, observer?: LimitObserver): ShareCrawl {
  /** The crawl that begins after the current one. */
  let next: Run | null = null;
  let current: Promise<RegistryImages> | null = null;
  let callers = 0;

  function plan(work: (signal: AbortSignal) => Promise<RegistryImages>): Run {
    const controller = new AbortController();
    const { signal } = controller;
    const begin = async () => {
      await current?.catch(() => undefined); // its own callers get the error
      if (next === run) next = null;
      signal.throwIfAborted();
      const result = work(signal);
      current = result;
      try {
        return await result;
      } finally {
        if (current === result) current = null;
      }
    };
    const run: Run = { result: Promise.resolve().then(begin), controller, callers: 0 };
    run.result.catch(() => undefined); // there may be no callers any more
    next = run;
    return run;
  }

  return async function shareCrawl(work, signal) {
    signal.throwIfAborted();
    if (callers >= maxCallers) {
      observer?.refused();
      throw overloaded();
    }
    // Each caller gets a signal of its own, because Node warns if one signal has many listeners.
    const gone = AbortSignal.any([signal]);
    const run = next ?? plan(work);
    run.callers++;
    callers++;
    observer?.waiting(1);
    try {
      return await new Promise<RegistryImages>((resolve, reject) => {
        const leave = () => {
          run.callers--;
          if (run.callers === 0) {
            if (next === run) next = null;
            run.controller.abort(gone.reason);
          }
          reject(gone.reason);
        };
        gone.addEventListener('abort', leave, { once: true });
        run.result.then(resolve, reject).finally(() => gone.removeEventListener('abort', leave));
      });
    } finally {
      callers--;
      observer?.waiting(-1);
    }
  };
}
