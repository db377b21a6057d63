/**
 * One run at a time, shared by all callers that may use its result. For long-lived processes only, because
 * several requests wait for one promise.
 */

import { Problem } from '../problem.ts';
import type { QueueObserver } from './limit.ts';

/** Watches the callers. */
export interface SharedRunsObserver extends QueueObserver {
  /** One needs no run of its own. */
  readonly shared?: () => void;
}

/** @param Origin what a caller brings to a run that it begins, such as its rights */
export interface SharedRunsOptions<T, Origin = void> {
  /** The name of the result of a run, for messages: `the list of this host's images`. */
  readonly name: string;
  /** Starts a run for the first of its callers. Its signal aborts when no caller waits for it any more. */
  readonly run: (signal: AbortSignal, origin: Origin) => Promise<T>;
  /** A run that began at most this long before a call serves it; 0: only a later run does. */
  readonly maxAgeMs: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** Milliseconds since the epoch, for `startedAtMs` alone. */
  readonly wallClock?: () => number;
  /** True if a result also serves those who wait for a run that begins later, such as a failure. Default: never. */
  readonly servesWaiting?: (value: T) => boolean;
  /**
   * True if a run serves all who ask at the moment of its first caller, whatever age they need, and nobody later: its
   * result is not kept. Default: false.
   */
  readonly gathers?: boolean;
  /** How many callers may wait; `Infinity` if something else limits them. */
  readonly maxWaiting: number;
  readonly observer?: SharedRunsObserver | undefined;
}

interface SharedRunsCall {
  /** As in the options, for this call: 0 requires a run that begins after it. */
  readonly maxAgeMs?: number | undefined;
  /** A run that began earlier does not serve it, by `now`. Default: the age alone decides. */
  readonly notBeforeMs?: number | undefined;
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

export type SharedRuns<T, Origin = void> = (
  call: SharedRunsCall,
  origin: Origin,
) => Promise<SharedRun<T>>;

interface Start {
  readonly monotonicMs: number;
  readonly epochMs: number;
}

interface Result<T> {
  readonly value: T;
  readonly start: Start;
}

interface Waiter<T, Origin> {
  readonly origin: Origin;
  readonly resolve: (run: SharedRun<T>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running<T, Origin> {
  readonly start: Start;
  readonly callers: Set<Waiter<T, Origin>>;
  readonly abort: AbortController;
}

/** Makes a function that reads. It rejects as `run` does, or with `overloaded`; failures are not kept. */
export function createSharedRuns<T, Origin = void>(
  options: SharedRunsOptions<T, Origin>,
): SharedRuns<T, Origin> {
  const { now, wallClock = Date.now, maxWaiting, observer } = options;
  let last: Result<T> | null = null;
  let current: Running<T, Origin> | null = null;
  /** The callers who need a run that begins after the current one. */
  let next = new Set<Waiter<T, Origin>>();

  function startRun(): void {
    const [first] = next;
    if (first === undefined) return;
    const start = { monotonicMs: now(), epochMs: wallClock() };
    const running = { start, callers: next, abort: new AbortController() };
    next = new Set();
    current = running;
    const end = (settle: (caller: Waiter<T, Origin>) => void): void => {
      current = null;
      startRun();
      running.callers.forEach(settle);
    };
    // An async function also rejects for a run that throws at once.
    const run = async (): Promise<T> => options.run(running.abort.signal, first.origin);
    run().then(
      (value) => {
        const result = { value, start };
        if (!options.gathers) last = result;
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

  function wait(signal: AbortSignal | undefined, shareCurrent: boolean, origin: Origin) {
    return new Promise<SharedRun<T>>((resolve, reject) => {
      const onAbort = (): void => leave(caller, signal?.reason);
      const settled = <Value>(settle: (value: Value) => void) => {
        return (value: Value): void => {
          signal?.removeEventListener('abort', onAbort);
          observer?.waiting(-1);
          settle(value);
        };
      };
      const caller: Waiter<T, Origin> = {
        origin,
        resolve: settled(resolve),
        reject: settled(reject),
      };
      observer?.waiting(1);
      if (shareCurrent || next.size > 0) observer?.shared?.();
      if (current === null) {
        next.add(caller);
        if (!options.gathers) startRun();
        else if (next.size === 1) queueMicrotask(() => current ?? startRun());
      } else {
        (shareCurrent ? current.callers : next).add(caller);
      }
      signal?.addEventListener('abort', onAbort);
    });
  }

  function leave(caller: Waiter<T, Origin>, reason: unknown): void {
    caller.reject(reason);
    next.delete(caller);
    if (current?.callers.delete(caller) && current.callers.size === 0) current.abort.abort();
  }

  return async (
    { maxAgeMs = options.maxAgeMs, notBeforeMs = -Infinity, signal: signalOf },
    origin,
  ) => {
    const askedAtMs = now();
    const mayShare = ({ start }: { readonly start: Start }): boolean =>
      maxAgeMs > 0 && askedAtMs - start.monotonicMs <= maxAgeMs && start.monotonicMs >= notBeforeMs;
    if (last !== null && mayShare(last)) {
      observer?.shared?.();
      return shared(last);
    }

    const waiting = next.size + (current?.callers.size ?? 0);
    if (waiting >= maxWaiting) {
      observer?.refused();
      const detail = `${waiting} requests are already waiting for ${options.name}. Try again later.`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    const signal = signalOf?.();
    signal?.throwIfAborted();
    return wait(
      signal,
      current !== null && !current.abort.signal.aborted && mayShare(current),
      origin,
    );
  };
}
