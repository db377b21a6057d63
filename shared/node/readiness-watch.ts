/** Looks at the sources off the request path, so that `/readyz` answers from the last look. */
import {
  type Check,
  checkHarbor,
  checkHost,
  type Readiness,
  readinessOf,
  type Sources,
} from '../readiness.ts';

/** A look is at most this old. */
const REFRESH_MS = 10_000;
/** Each wrong password locks the account for others too (docs/harbor.md#wrong-passwords). */
const REFRESH_AFTER_REFUSAL_MS = 60_000;
/** A look that is started this much earlier is never older than `REFRESH_MS` when it is told. */
const LOOK_MS = 2_500;

export interface ReadinessWatch {
  readonly current: () => Readiness;
  stop(): void;
}

/** Starts looking at once; each source is looked at on its own clock. */
export function watchReadiness(sources: Sources): ReadinessWatch {
  const stopped = new AbortController();
  let host: readonly Check[] = [{ name: 'crictl', status: 'starting' }];
  let harbor: readonly Check[] = [
    { name: 'harbor', status: 'starting' },
    { name: 'harbor_credentials', status: 'starting' },
  ];
  let told: Readiness['status'] = 'starting';

  const tell = () => {
    const { status, checks } = readinessOf([...host, ...harbor]);
    if (status === told) return;
    const level = status === 'ok' ? 'INFO' : 'WARNING';
    sources.logger.log(level, `readiness: ${told} -> ${status}`, { checks });
    told = status;
  };
  const keepLooking = async (look: () => Promise<number>) => {
    while (!stopped.signal.aborted) {
      const pauseMs = await look();
      if (!stopped.signal.aborted) tell(); // a look that the stop has cut says nothing
      await sources.sleep(pauseMs, stopped.signal).catch(() => undefined); // stopped: the loop ends
    }
  };
  void keepLooking(async () => {
    host = await checkHost(sources, stopped.signal);
    return REFRESH_MS - LOOK_MS;
  });
  void keepLooking(async () => {
    harbor = await checkHarbor(sources, stopped.signal);
    const refused = harbor.some(({ code }) => code === 'harbor_unauthorized');
    return (refused ? REFRESH_AFTER_REFUSAL_MS : REFRESH_MS) - LOOK_MS;
  });
  return {
    current: () => readinessOf([...host, ...harbor]),
    stop: () => stopped.abort(),
  };
}
