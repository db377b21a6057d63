/**
 * One run at a time, shared by all who may take its result (DESIGN, Speed).
 * Lives in a long-lived process only: promises here cross from one request to another.
 */
import type { HostReading, HostReadOptions } from '../shared/host/bridge.ts';
import { Problem } from '../shared/problem.ts';

const MAX_WAITING = 256;
/** Callers who insist on a run of their own must not keep the runtime busy with nothing else. */
const MAX_FORCED_RUNS = 20;
const FORCED_WINDOW_MS = 1000;

export interface SharedRunsOptions<Row> {
  /** What is run: `images`, for messages. */
  readonly name: string;
  /** Starts a run. Its signal aborts when nobody waits for it any more. */
  readonly run: (signal: AbortSignal) => Promise<readonly Row[]>;
  /** How long before a caller asked a run may have begun; 0: only later ones will do. */
  readonly maxAgeMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly maxWaiting?: number;
  /** How many runs a second `fresh` callers may cause. */
  readonly maxForcedRuns?: number;
}

export type SharedRuns<Row> = (options?: HostReadOptions) => Promise<HostReading<Row>>;

interface Result<Row> {
  readonly rows: readonly Row[];
  readonly startedAtMs: number;
}

interface Caller<Row> {
  readonly resolve: (reading: HostReading<Row>) => void;
  readonly reject: (reason: unknown) => void;
}

interface Running<Row> {
  readonly startedAtMs: number;
  readonly callers: Set<Caller<Row>>;
  readonly abort: AbortController;
}

/**
 * Answers a function that reads. It rejects as `run` does, or with `overloaded` or `rate_limited`;
 * failures are not kept.
 */
export function createSharedRuns<Row>(options: SharedRunsOptions<Row>): SharedRuns<Row> {
  const { now, maxAgeMs, maxWaiting = MAX_WAITING } = options;
  const { maxForcedRuns = MAX_FORCED_RUNS } = options;
  let last: Result<Row> | null = null;
  let current: Running<Row> | null = null;
  /** Those whom only a run after the current one can serve. */
  let next = new Set<Caller<Row>>();
  /** When the latest forced runs were asked for, oldest first. */
  const forcedAtMs: number[] = [];

  function start(): void {
    const running = { startedAtMs: now(), callers: next, abort: new AbortController() };
    next = new Set();
    current = running;
    const end = (settle: (caller: Caller<Row>) => void): void => {
      current = null;
      if (next.size > 0) start();
      running.callers.forEach(settle);
    };
    options.run(running.abort.signal).then(
      (rows) => {
        const result = { rows, startedAtMs: running.startedAtMs };
        last = result;
        end((caller) => caller.resolve(reading(result)));
      },
      (err: unknown) => end((caller) => caller.reject(err)),
    );
  }

  function reading({ rows, startedAtMs }: Result<Row>): HostReading<Row> {
    return { rows, startedAtMs, ageMs: Math.max(0, now() - startedAtMs) };
  }

  /** Those who join a run that others wait for cost nothing, and are not counted. */
  function countForcedRun(atMs: number): void {
    const oldest = forcedAtMs.at(-maxForcedRuns);
    if (oldest !== undefined && isRecent(oldest, atMs, FORCED_WINDOW_MS)) {
      const detail =
        `This host's ${options.name} were read anew ${maxForcedRuns} times within a second. ` +
        'Try again later, or without Cache-Control: no-cache.';
      throw new Problem('rate_limited', detail, { headers: { 'Retry-After': '1' } });
    }
    forcedAtMs.push(atMs);
    if (forcedAtMs.length > maxForcedRuns) forcedAtMs.shift();
  }

  /** A start in the future means that the clock was set back: nothing is known of its age. */
  function isRecent(startedAtMs: number, askedAtMs: number, withinMs = maxAgeMs): boolean {
    return startedAtMs <= askedAtMs && askedAtMs - startedAtMs <= withinMs;
  }

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
        start();
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
    if (mayShare && last !== null && isRecent(last.startedAtMs, askedAtMs)) return reading(last);

    const waiting = next.size + (current?.callers.size ?? 0);
    if (waiting >= maxWaiting) {
      const detail = `${waiting} requests already wait for this host's ${options.name}. Try again later.`;
      throw new Problem('overloaded', detail, { headers: { 'Retry-After': '1' } });
    }
    const signal = signalOf?.();
    signal?.throwIfAborted();
    const shareCurrent =
      mayShare &&
      current !== null &&
      !current.abort.signal.aborted &&
      isRecent(current.startedAtMs, askedAtMs);
    if (fresh && next.size === 0) countForcedRun(askedAtMs);
    return wait(signal, shareCurrent);
  };
}
