/** Reads nodes side by side, so many at a time. */
import { createLimit } from '../../harbor/limit.ts';

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
    let running: Promise<T> | null = null;
    await limit(async () => {
      const slotMs = Math.min(MOST_SLOT_MS, (timeoutMs * concurrency) / (2 * Math.max(1, count())));
      running = work();
      // Not `sleep`, because signals for a thousand nodes cost more than what they send.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const slot = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, slotMs);
      });
      await Promise.race([running.catch(() => undefined), slot]); // who waits for it gets its failure
      clearTimeout(timer);
    }, signal);
    return running ?? work();
  };
}
