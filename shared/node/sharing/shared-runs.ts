/**
 * One run at a time, shared by all callers that may use its result. For long-lived processes only, because
 * several requests wait for one promise.
 */
import { Problem } from '../../values/problem.ts';

const MAX_WAITING = 256;

/** Watches the callers. */
export interface SharedRunsObserver {
  /** How many more wait; negative: fewer. */
  readonly waiting: (change: number) => void;
  /** One was refused, because too many wait. */
  readonly refused: () => void;
  /** One needs no run of its own. */
  readonly shared: () => void;
}

const NO_OBSERVER: SharedRunsObserver = {
  waiting: () => undefined,
  refused: () => undefined,
  shared: () => undefined,
};

export interface SharedRunsOptions<T> {
  /** What a run finds, for messages: `the list of this host's images`. */
  readonly name: string;
  /** Starts a run. Its signal aborts when no caller waits for it any more. */
  readonly run: (signal: AbortSignal) => Promise<T>;
  /** A run that began at most this long before a call serves it; 0: only a later run does. */
  readonly maxAgeMs: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** Milliseconds since the epoch, for `startedAtMs` alone. */
  readonly wallClock?: () => number;
  /** True if a result also serves those who wait for a run that begins later, such as a failure. Default: never. */
  readonly servesWaiting?: (value: T) => boolean;
  /** How many callers may wait; `Infinity` for no limit. Default: 256. */
  readonly maxWaiting?: number;
  readonly observer?: SharedRunsObserver;
}

interface SharedRunsCall {
  /** As in the options, for this call: 0 requires a run that begins after it. */
  readonly maxAgeMs?: number | undefined;
  /** Aborts this caller's wait. Lazy: creating the signal is expensive on Node. */
  readonly signal?: (() => AbortSignal) | undefined;
}

/** A run's result. `value` keeps its identity while the run is shared. */
interface SharedRun<T> {
  readonly value: T;
  /** When the run began, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** How long ago that was at the time of the answer, milliseconds. */
  readonly ageMs: number;
}

export type SharedRuns<T> = (call?: SharedRunsCall) => Promise<SharedRun<T>>;

interface Start {
  readonly monotonicMs: number;
  readonly epochMs: number;
}

interface Result<T> {
  readonly value: T;
  readonly start: Start;
}

interface Waiter<T> {
  readonly resolve: (run: SharedRun<T>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running<T> {
  readonly start: Start;
  readonly callers: Set<Waiter<T>>;
  readonly abort: AbortController;
}

/** Makes a function that reads. It rejects as `run` does, or with `overloaded`; failures are not kept. */
export function createSharedRuns<T>(options: SharedRunsOptions<T>): SharedRuns<T> {
  const { now, wallClock = Date.now, maxWaiting = MAX_WAITING, observer = NO_OBSERVER } = options;
  let last: Result<T> | null = null;
  let current: Running<T> | null = null;
  /** The callers who need a run that begins after the current one. */
  let next = new Set<Waiter<T>>();

  function startRun(): void {
    const start = { monotonicMs: now(), epochMs: wallClock() };
    const running = { start, callers: next, abort: new AbortController() };
    next = new Set();
    current = running;
    const end = (settle: (caller: Waiter<T>) => void): void => {
      current = null;
      if (next.size > 0) startRun();
      running.callers.forEach(settle);
    };
    // An async function also rejects for a run that throws at once.
    const run = async (): Promise<T> => options.run(running.abort.signal);
    run().then(
      (value) => {
        const result = { value, start };
        last = result;
        if (options.servesWaiting?.(value)) {
          for (const caller of next) running.callers.add(caller);
          next = new Set();
        }
        end((caller) => caller.resolve(shared(result)));
      },
      (err: unknown) => end((caller) => caller.reject(err)),
    );
  }

  function shared({ value, start }: Result<T>): SharedRun<T> {
    return { value, startedAtMs: start.epochMs, ageMs: now() - start.monotonicMs };
  }

  function wait(signal: AbortSignal | undefined, shareCurrent: boolean) {
    return new Promise<SharedRun<T>>((resolve, reject) => {
      const onAbort = (): void => leave(caller, signal?.reason);
      const settled = <Value>(settle: (value: Value) => void) => {
        return (value: Value): void => {
          signal?.removeEventListener('abort', onAbort);
          observer.waiting(-1);
          settle(value);
        };
      };
      const caller: Waiter<T> = { resolve: settled(resolve), reject: settled(reject) };
      observer.waiting(1);
      if (shareCurrent || next.size > 0) observer.shared();
      if (current === null) {
        next.add(caller);
        startRun();
      } else {
        (shareCurrent ? current.callers : next).add(caller);
      }
      signal?.addEventListener('abort', onAbort);
    });
  }

  function leave(caller: Waiter<T>, reason: unknown): void {
    caller.reject(reason);
    next.delete(caller);
    if (current?.callers.delete(caller) && current.callers.size === 0) current.abort.abort();
  }

  return async ({ maxAgeMs = options.maxAgeMs, signal: signalOf } = {}) => {
    const askedAtMs = now();
    const mayShare = ({ start }: { readonly start: Start }): boolean =>
      maxAgeMs > 0 && askedAtMs - start.monotonicMs <= maxAgeMs;
    if (last !== null && mayShare(last)) {
      observer.shared();
      return shared(last);
    }

    const waiting = next.size + (current?.callers.size ?? 0);
    if (waiting >= maxWaiting) {
      observer.refused();
      const detail = `${waiting} requests are already waiting for ${options.name}. Try again later.`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    const signal = signalOf?.();
    signal?.throwIfAborted();
    return wait(signal, current !== null && !current.abort.signal.aborted && mayShare(current));
  };
}
