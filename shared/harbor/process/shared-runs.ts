/** One run of a kind at a time, shared by all callers. */

/**
 * Returns the result of a run that begins after the call, so that it includes earlier changes of the caller.
 * Calls during a run share the next one. A run is cancelled when no caller waits for it any more.
 * @param kind names the work; the same kind always has the same type of result
 */
export type ShareRun = <T>(
  kind: string,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
) => Promise<T>;

interface Run {
  readonly result: Promise<unknown>;
  readonly controller: AbortController;
  askers: number;
}

export function createSharedRuns(): ShareRun {
  const waiting = new Map<string, Run>();
  const running = new Map<string, Promise<unknown>>();

  function plan(kind: string, work: (signal: AbortSignal) => Promise<unknown>): Run {
    const controller = new AbortController();
    const { signal } = controller;
    const begin = async () => {
      await running.get(kind)?.catch(() => undefined); // its own callers get the error
      if (waiting.get(kind) === run) waiting.delete(kind);
      signal.throwIfAborted();
      const result = work(signal);
      running.set(kind, result);
      try {
        return await result;
      } finally {
        if (running.get(kind) === result) running.delete(kind);
      }
    };
    const run: Run = { result: Promise.resolve().then(begin), controller, askers: 0 };
    run.result.catch(() => undefined); // there may be no callers any more
    waiting.set(kind, run);
    return run;
  }

  return async function shareRun<T>(
    kind: string,
    work: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    signal.throwIfAborted();
    // A signal of its own for each: many may wait on one, and Node warns of many listeners on one.
    const gone = AbortSignal.any([signal]);
    const run = waiting.get(kind) ?? plan(kind, work);
    run.askers++;
    return await new Promise<T>((resolve, reject) => {
      const leave = () => {
        run.askers--;
        if (run.askers === 0) {
          if (waiting.get(kind) === run) waiting.delete(kind);
          run.controller.abort(gone.reason);
        }
        reject(gone.reason);
      };
      gone.addEventListener('abort', leave, { once: true });
      // Each kind is used with one `work`, and so with one type of result.
      (run.result as Promise<T>)
        .then(resolve, reject)
        .finally(() => gone.removeEventListener('abort', leave));
    });
  };
}
