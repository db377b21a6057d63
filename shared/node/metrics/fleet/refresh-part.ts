/** One part of the refresh: its last value, and how long it may be shown. */
import type { Logger } from '../../../ports/logger.ts';
import type { RefreshPart, RefreshView } from '../../../ports/metrics/fleet-metrics.ts';
import { Problem } from '../../../values/problem.ts';

export interface PartOptions {
  readonly part: RefreshPart;
  readonly maxAgeMs: number;
  readonly logger: Logger;
  /** Called for each failure. */
  readonly onFailure: () => void;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A value that was read. */
interface Refreshed<T> {
  readonly value: T;
  /** Since it was read. */
  readonly ageMs: number;
}

export interface RefreshedPart<T> {
  /**
   * Reads the value anew, unless it is being read. A failure keeps the last value until that is too old.
   * @returns the new value; null if there is none
   */
  refresh(signal: AbortSignal, read: () => Promise<T>): Promise<T | null>;
  /** The last value; null if there is none, or it is too old. */
  latest(): Refreshed<T> | null;
  /** The last refresh that succeeded. */
  lastRefresh(): RefreshView | null;
}

export function createRefreshedPart<T>(options: PartOptions): RefreshedPart<T> {
  const { part, maxAgeMs, logger, monotonic, now } = options;
  let last: (RefreshView & { readonly value: T; readonly monotonicMs: number }) | null = null;
  let isRunning = false;
  let failedWith: string | null = null;

  function succeed(value: T, startedAtMs: number): T {
    if (failedWith !== null) logger.log('WARNING', 'the metrics are refreshed again', { part });
    failedWith = null;
    const monotonicMs = monotonic();
    last = { part, value, atMs: now(), tookMs: monotonicMs - startedAtMs, monotonicMs };
    return value;
  }

  function fail(err: unknown): void {
    options.onFailure();
    const { code, message: detail } = err instanceof Problem ? err : INTERNAL;
    if (failedWith !== code) {
      logger.log('WARNING', 'the metrics cannot be refreshed', { part, code, detail, err });
    }
    failedWith = code;
  }

  return {
    async refresh(signal, read) {
      if (isRunning) return null;
      isRunning = true;
      const startedAtMs = monotonic();
      try {
        return succeed(await read(), startedAtMs);
      } catch (err) {
        if (!signal.aborted) fail(err); // a refresh that the stop ends has not failed
        return null;
      } finally {
        isRunning = false;
      }
    },
    latest() {
      if (last === null) return null;
      const ageMs = monotonic() - last.monotonicMs;
      return ageMs > maxAgeMs ? null : { value: last.value, ageMs };
    },
    lastRefresh: () => last && { part, atMs: last.atMs, tookMs: last.tookMs },
  };
}

const INTERNAL = { code: 'internal', message: 'The refresh failed.' };
