/** Long work on the event loop lets other requests run in between. */
import { sleep } from './sleep.ts';

/** How long work runs at a time. A request beside it waits for so long, and for the last step of the work. */
const SLICE_MS = 20;

/** Is called after each step of the work, and takes time only when a slice is over. */
export type GiveWay = () => Promise<void>;

/** @param now milliseconds */
export function createGiveWay(now: () => number): GiveWay {
  let sinceMs = now();
  return async function giveWay() {
    if (Math.abs(now() - sinceMs) < SLICE_MS) return;
    await sleep(0);
    sinceMs = now();
  };
}
