/** How long the service takes to work again after a fault, as a line in the output of the tests. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RecoveryOptions {
  /** When the fault ended, by `performance.now()`; default: now. */
  readonly sinceMs?: number;
  /** After so many milliseconds the service has not recovered; default: 60,000. */
  readonly withinMs?: number;
}

/**
 * Tries `check` until it does not throw, and prints how long that took since the end of the fault.
 * @returns those milliseconds
 * @throws the last error of `check` once the time is over
 */
export async function recovery(
  fault: string,
  check: () => Promise<unknown>,
  { sinceMs = performance.now(), withinMs = 60_000 }: RecoveryOptions = {},
): Promise<number> {
  for (;;) {
    try {
      await check();
      break;
    } catch (err) {
      if (performance.now() - sinceMs > withinMs) throw err;
      await sleep(20);
    }
  }
  const ms = Math.round(performance.now() - sinceMs);
  process.stdout.write(`recovered in ${ms} ms: ${fault}\n`);
  return ms;
}
