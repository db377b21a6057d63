/** Reads nodes side by side, so many at a time. */
import { createLimit } from '../../harbor/limit.ts';
import { sleep } from '../../sleep.ts';

/** A node that has not answered by then does not keep others waiting. */
const MOST_SLOT_MS = 250;

export interface NodeTurnsOptions {
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** How many nodes there are now. */
  readonly count: () => number;
}

/**
 * Makes a function that runs work when its turn comes. Work that takes long gives up its turn and goes on, so
 * that many hanging nodes delay an answer by little more than one deadline.
 */
export function createNodeTurns({ concurrency, timeoutMs, count }: NodeTurnsOptions) {
  const limit = createLimit({ concurrency });
  return async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { running } = await limit(async () => {
      const slotMs = Math.min(MOST_SLOT_MS, (timeoutMs * concurrency) / (2 * Math.max(1, count())));
      const started = work();
      const ended = new AbortController();
      const slot = sleep(slotMs, ended.signal).catch(() => undefined); // it ended in its turn
      await Promise.race([started.catch(() => undefined), slot]); // its caller gets its failure
      ended.abort();
      return { running: started };
    }, signal);
    return running;
  };
}
