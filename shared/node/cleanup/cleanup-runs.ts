/** The cleanups that pages have started in this process. They continue when the browser leaves. */

import type { Stopped } from '../../domain/cleanup/cleanup-progress.ts';
import {
  type CleanupRun,
  type CleanupRuns,
  recordRun,
} from '../../domain/cleanup/runs/cleanup-run.ts';
import type { Logger } from '../../ports/logger.ts';
import { Problem } from '../../values/problem.ts';
import type { sleep } from '../../values/waiting/sleep.ts';

/** How long the result of a run can be looked at. The journal has it for longer. */
const KEPT_MS = 15 * 60_000;
const MAX_RUNNING = 4;
const MAX_ENDED = 20;
/** Shortly before a server that stops closes its connections. */
const CLOSE_AFTER_MS = 8500;
/** For the last lines of what was cut off. A deletion that Harbor has got continues there, and may take longer. */
const LAST_LINES_MS = 500;

export interface CleanupRunsOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: typeof sleep;
  readonly logger: Logger;
}

interface KnownRun {
  readonly run: CleanupRun;
  readonly abort: AbortController;
  readonly done: Promise<void>;
  endedAtMs: number | null;
}

const FAILED: Stopped = {
  code: 'internal',
  detail: 'The cleanup failed. Search the log for the time of its start.',
};

/**
 * Makes the runs of a process. `close` waits for what is under way, for nine seconds at most; nothing new begins once
 * `isStopping` is true. The journal then has deletions without an outcome, which the next process determines.
 */
export function createCleanupRuns({ now, sleep, logger }: CleanupRunsOptions): {
  readonly runs: CleanupRuns;
  readonly close: () => Promise<void>;
} {
  const known = new Map<string, KnownRun>();
  const forgetOld = (): void => {
    const ended = [...known.values()].flatMap(({ run, endedAtMs }) =>
      endedAtMs === null ? [] : { id: run.id, endedAtMs },
    );
    const latest = ended.toSorted((a, b) => b.endedAtMs - a.endedAtMs);
    latest.forEach(({ id, endedAtMs }, index) => {
      if (index >= MAX_ENDED || now() - endedAtMs > KEPT_MS) known.delete(id);
    });
  };
  const underWay = () => [...known.values()].filter(({ endedAtMs }) => endedAtMs === null);
  const findStarted: CleanupRuns['findStarted'] = ({ form, tag }) => {
    forgetOld();
    const found = [...known.values()].find(
      ({ run, endedAtMs }) => run.form === form || (endedAtMs === null && run.tag === tag),
    );
    return found?.run ?? null;
  };
  const runs: CleanupRuns = {
    findStarted,
    find: (id) => {
      forgetOld();
      return known.get(id)?.run ?? null;
    },
    async start(subject, work) {
      const started = findStarted(subject);
      if (started !== null) return started;
      if (underWay().length >= MAX_RUNNING) {
        throw new Problem(
          'overloaded',
          `${MAX_RUNNING} cleanups are running. Wait until one has ended, and try again. Nothing was deleted.`,
          { headers: { 'Retry-After': '10' } },
        );
      }
      const abort = new AbortController();
      const { run, control, end } = recordRun(subject, { nowMs: now(), signal: abort.signal });
      const done = work(control)
        .then(({ stopped }) => stopped)
        .catch((err: unknown) => {
          logger.log('ERROR', 'a cleanup failed', { token: subject.actor, err });
          return FAILED;
        })
        .then((stopped) => {
          end(stopped);
          entry.endedAtMs = now();
        });
      const entry: KnownRun = { run, abort, done, endedAtMs: null };
      known.set(run.id, entry);
      return run;
    },
  };
  const close = async (): Promise<void> => {
    const running = underWay();
    if (running.length === 0) return;
    const ended = Promise.all(running.map(({ done }) => done));
    const inTime = new AbortController();
    const late = sleep(CLOSE_AFTER_MS, inTime.signal).catch(() => undefined); // they ended in time
    await Promise.race([ended, late]);
    inTime.abort();
    for (const { abort } of running) abort.abort();
    await Promise.race([ended, sleep(LAST_LINES_MS)]);
  };
  return { runs, close };
}
