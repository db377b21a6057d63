/** Reads nodes side by side, so many at a time. */
import { createLimit } from '../../values/waiting/limit.ts';

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
  const limit = createLimit({ concurrency, waiting: Infinity }); // each node is read once at a time
  return async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { running } = await limit(async () => {
      const slotMs = Math.min(MOST_SLOT_MS, (timeoutMs * concurrency) / (2 * Math.max(1, count())));
      const running = work();
      await endedOrLate(running, slotMs);
      return { running };
    }, signal);
    return running;
  };
}

/** Waits until the work has ended, well or not, or for `ms`. Not p-timeout, which makes an error for each call. */
function endedOrLate(work: Promise<unknown>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const end = () => {
      clearTimeout(timer);
      resolve();
    };
    work.then(end, end);
  });
}
