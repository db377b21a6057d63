/** Long work on the event loop lets other requests run in between. */
import { sleep } from './sleep.ts';

/** How long work runs at a time. A request beside it waits for so long, and for the last step of the work. */
const SLICE_MS = 20;

/** Is called after each step of long work. Takes time when a slice is over. */
export type GiveWay = () => Promise<void>;

/** For runtimes where requests share nothing, and so no event loop. */
export const neverGiveWay: GiveWay = async () => undefined;

/**
 * Makes the one of a process. All long work together has a slice, so that much of it side by side keeps others no
 * longer waiting than one.
 * @param now milliseconds
 */
export function createGiveWay(now: () => number): GiveWay {
  let sinceMs = now();
  let last: Promise<void> = Promise.resolve();
  return function giveWay() {
    if (now() - sinceMs < SLICE_MS) return Promise.resolve();
    // One after another: what runs after the timer of one is a slice.
    last = last
      .then(() => sleep(0))
      .then(() => {
        sinceMs = now();
      });
    return last;
  };
}

/** Long work that pauses after each step, and returns its result at the end. */
export type Steps<T> = Generator<undefined, T>;

/** Runs work step by step. */
export async function inSteps<T>(steps: Steps<T>, giveWay: GiveWay): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await giveWay();
  }
}

/** Runs all steps one after another. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
