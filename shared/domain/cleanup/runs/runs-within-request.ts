/** Cleanups of pages where nothing outlives a request: each runs to its end, and none is found later. */
import { type CleanupRuns, recordRun } from './cleanup-run.ts';

export const runsWithinRequest: CleanupRuns = {
  async start(subject, work) {
    // Nobody can stop it, and a client that leaves does not.
    const { signal } = new AbortController();
    const { run, control, end } = recordRun(subject, { nowMs: Date.now(), signal });
    const { stopped } = await work(control);
    end(stopped);
    return run;
  },
  find: () => null,
  findStarted: () => null,
};
