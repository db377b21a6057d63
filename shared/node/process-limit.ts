/** The limit of calls to Harbor that a whole process shares. */
import type { Limit } from '../endpoint.ts';
import { createLimit } from '../harbor/limit.ts';

/** How many calls may wait for each upstream (DESIGN, Speed). */
const WAITING = 256;

/**
 * Makes the limit that start/ passes in as `Services.limitHarbor`.
 * @returns a limit that rejects with `overloaded` when `waiting` calls wait, or after `waitMs`
 */
export function createProcessLimit(options: {
  readonly concurrency: number;
  readonly waiting?: number;
  readonly waitMs: number;
}): Limit {
  return createLimit({ waiting: WAITING, ...options });
}
