/** Checks the sources in the background, so that `/readyz` answers from the latest check. */

import {
  checkHarbor,
  checkHost,
  checkJournal,
  readinessOf,
  type Sources,
} from '../domain/readiness/readiness.ts';
import type { Check, Readiness } from '../domain/readiness/readiness-answer.ts';
import { withOwnSignal } from '../values/waiting/own-signal.ts';

/** The first checks begin this long after the start, because a run of crictl would delay the first answers. */
const FIRST_AFTER_MS = 50;
/** A check is at most this old. */
const REFRESH_MS = 10_000;
/**
 * After two refusals in a row: each wrong password locks the account for others too (docs/harbor.md#wrong-passwords). One
 * alone may be a lock, or a Harbor that is just coming back.
 */
const REFRESH_AFTER_REFUSAL_MS = 60_000;
/** How long a check may take. Each one begins this much earlier, so that no result is older than `REFRESH_MS`. */
const LOOK_MS = 2_500;

export interface ReadinessWatch {
  readonly current: () => Readiness;
  stop(): void;
}

export interface ReadinessWatchOptions extends Sources {
  /** Pauses between the checks. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Starts the checks. Each source has its own interval. */
export function watchReadiness({ sleep, ...sources }: ReadinessWatchOptions): ReadinessWatch {
  const stopped = new AbortController();
  let host: readonly Check[] = [{ name: 'crictl', status: 'starting' }];
  let harbor: readonly Check[] = [
    { name: 'harbor', status: 'starting' },
    { name: 'harbor_credentials', status: 'starting' },
  ];
  const { configured } = sources.journal;
  let journal: readonly Check[] = configured ? [{ name: 'journal', status: 'starting' }] : [];
  const all = () => readinessOf([...host, ...harbor, ...journal]);
  let logged: Readiness['status'] = 'starting';

  const logChange = () => {
    const { status, checks } = all();
    if (status === logged) return;
    const level = status === 'ok' ? 'INFO' : 'WARNING';
    sources.logger.log(level, `readiness: ${logged} -> ${status}`, { checks });
    logged = status;
  };
  const keepChecking = async (check: (signal: AbortSignal) => Promise<number>) => {
    const checkAndPause = async (signal: AbortSignal) => {
      const pauseMs = await check(signal);
      if (!signal.aborted) logChange(); // a check that the stop has cancelled says nothing
      await sleep(pauseMs, signal).catch(() => undefined); // stopped: the loop ends
    };
    await sleep(FIRST_AFTER_MS, stopped.signal).catch(() => undefined);
    while (!stopped.signal.aborted) await withOwnSignal(stopped.signal, checkAndPause);
  };
  void keepChecking(async (signal) => {
    host = await checkHost(sources, signal);
    return REFRESH_MS - LOOK_MS;
  });
  const isRefused = () => harbor.some(({ code }) => code === 'harbor_unauthorized');
  void keepChecking(async (signal) => {
    const wasRefused = isRefused();
    harbor = await checkHarbor(sources, signal);
    return (wasRefused && isRefused() ? REFRESH_AFTER_REFUSAL_MS : REFRESH_MS) - LOOK_MS;
  });
  if (configured) {
    void keepChecking(async (signal) => {
      journal = await checkJournal(sources, signal);
      return REFRESH_MS - LOOK_MS;
    });
  }
  return {
    current: all,
    stop: () => stopped.abort(),
  };
}
