/** Waits for asynchronous effects. */
import { vi } from 'vitest';

/** Repeats `check` until it passes, long enough for a loaded machine, unlike `vi.waitFor`. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 10 });
}
