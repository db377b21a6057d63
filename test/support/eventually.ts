/** Waiting for what happens by itself. */
import { vi } from 'vitest';

/** Repeats `check` until it passes. It has long enough for a loaded machine, as `vi.waitFor` has not. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 10 });
}
