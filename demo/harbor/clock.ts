/** The clock that the stand-in uses: the system's, or a virtual one for tests. */

export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Rejects with the signal's reason when it aborts first. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

const START_MS = Date.UTC(2026, 5, 1);

/**
 * A clock without real waiting: as soon as the process is idle, the time jumps to the end of the
 * shortest sleep. Client and stand-in must share it and use no sockets, because it does not wait for
 * I/O.
 */
export function createVirtualClock(startMs: number = START_MS): Clock {
  let nowMs = startMs;
  let sleepers: readonly Sleeper[] = [];
  let isPlanned = false;

  // Settled promises run before an immediate does, so nothing else is left to do at this time.
  function plan(): void {
    if (isPlanned || sleepers.length === 0) return;
    isPlanned = true;
    setImmediate(() => {
      isPlanned = false;
      jump();
      plan();
    });
  }

  function jump(): void {
    const next = Math.min(...sleepers.map(({ at }) => at));
    if (next === Number.POSITIVE_INFINITY) return;
    nowMs = Math.max(nowMs, next);
    const due = sleepers.filter(({ at }) => at <= next);
    sleepers = sleepers.filter(({ at }) => at > next);
    for (const { wake } of due) wake();
  }

  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        };
        const sleeper: Sleeper = { at: nowMs + Math.max(ms, 0), wake };
        sleepers = [...sleepers, sleeper];
        signal?.addEventListener('abort', abort, { once: true });
        plan();
      }),
  };
}
