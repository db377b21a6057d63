/**
 * One run at a time, shared by all callers that may use its result. For long-lived processes only, because
 * several requests wait for one promise.
 */
import type { HostReading, HostReadOptions } from '../shared/host/bridge.ts';
import { Problem } from '../shared/problem.ts';

const MAX_WAITING = 256;

export interface SharedRunsOptions<Row> {
  /** The kind of run for messages: `images`. */
  readonly name: string;
  /** Starts a run. Its signal aborts when no caller waits for it any more. */
  readonly run: (signal: AbortSignal) => Promise<RunOutput<Row>>;
  /** A run that began at most this long before a call serves it; 0: only a later run does. */
  readonly maxAgeMs: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
  /** Milliseconds since the epoch, for `startedAtMs` alone. */
  readonly wallClock?: () => number;
  readonly maxWaiting?: number;
}

/** A run's part of a reading. */
export type RunOutput<Row> = Omit<HostReading<Row>, 'startedAtMs' | 'ageMs'>;

export type SharedRuns<Row> = (options?: HostReadOptions) => Promise<HostReading<Row>>;

interface Start {
  readonly monotonicMs: number;
  readonly epochMs: number;
}

interface Result<Row> {
  readonly output: RunOutput<Row>;
  readonly start: Start;
}

interface Caller<Row> {
  readonly resolve: (reading: HostReading<Row>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running<Row> {
  readonly start: Start;
  readonly callers: Set<Caller<Row>>;
  readonly abort: AbortController;
}

/** Makes a function that reads. It rejects as `run` does, or with `overloaded`; failures are not kept. */
export function createSharedRuns<Row>(options: SharedRunsOptions<Row>): SharedRuns<Row> {
  const { now, wallClock = Date.now, maxAgeMs, maxWaiting = MAX_WAITING } = options;
  let last: Result<Row> | null = null;
  let current: Running<Row> | null = null;
  /** The callers who need a run that begins after the current one. */
  let next = new Set<Caller<Row>>();

  function startRun(): void {
    const start = { monotonicMs: now(), epochMs: wallClock() };
    const running = { start, callers: next, abort: new AbortController() };
    next = new Set();
    current = running;
    const end = (settle: (caller: Caller<Row>) => void): void => {
      current = null;
      if (next.size > 0) startRun();
      running.callers.forEach(settle);
    };
    options.run(running.abort.signal).then(
      (output) => {
        const result = { output, start };
        last = result;
        end((caller) => caller.resolve(reading(result)));
      },
      (err: unknown) => end((caller) => caller.reject(err)),
    );
  }

  function reading({ output, start }: Result<Row>): HostReading<Row> {
    // With the spread in front V8 takes twenty times as long.
    return { startedAtMs: start.epochMs, ageMs: now() - start.monotonicMs, ...output };
  }

  const isRecent = (start: Start, askedAtMs: number): boolean =>
    askedAtMs - start.monotonicMs <= maxAgeMs;

  function wait(signal: AbortSignal | undefined, shareCurrent: boolean) {
    return new Promise<HostReading<Row>>((resolve, reject) => {
      const onAbort = (): void => leave(caller, signal?.reason);
      const settled = <Value>(settle: (value: Value) => void) => {
        return (value: Value): void => {
          signal?.removeEventListener('abort', onAbort);
          settle(value);
        };
      };
      const caller: Caller<Row> = { resolve: settled(resolve), reject: settled(reject) };
      if (current === null) {
        next.add(caller);
        startRun();
      } else {
        (shareCurrent ? current.callers : next).add(caller);
      }
      signal?.addEventListener('abort', onAbort);
    });
  }

  function leave(caller: Caller<Row>, reason: unknown): void {
    caller.reject(reason);
    next.delete(caller);
    if (current?.callers.delete(caller) && current.callers.size === 0) current.abort.abort();
  }

  return async ({ fresh = false, signal: signalOf } = {}) => {
    const askedAtMs = now();
    const mayShare = !fresh && maxAgeMs > 0;
    if (mayShare && last !== null && isRecent(last.start, askedAtMs)) return reading(last);

    const waiting = next.size + (current?.callers.size ?? 0);
    if (waiting >= maxWaiting) {
      const detail = `${waiting} requests are already waiting for the list of this host's ${options.name}. Try again later.`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    const signal = signalOf?.();
    signal?.throwIfAborted();
    const shareCurrent =
      mayShare &&
      current !== null &&
      !current.abort.signal.aborted &&
      isRecent(current.start, askedAtMs);
    return wait(signal, shareCurrent);
  };
}
