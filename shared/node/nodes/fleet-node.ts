/** One node of a process: the readings that requests share, and the last good one. */

import {
  aged,
  type NodeOutcome,
  type NodeSource,
  readNodeOnce,
} from '../../domain/nodes/node-outcome.ts';
import { saidName } from '../../domain/nodes/node-states.ts';
import type { Logger } from '../../ports/logger.ts';
import { type NodesReadOptions, needsNewRun } from '../../ports/nodes.ts';
import { createSharedRuns } from '../../values/waiting/shared-runs.ts';

export interface FleetNodeOptions {
  readonly source: NodeSource;
  readonly timeoutMs: number;
  /** The default of a read's `maxAgeMs`. */
  readonly maxAgeMs: number;
  readonly maxStaleMs: number;
  readonly logger: Logger;
  /** Runs work when its turn comes. */
  readonly inTurn: <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  /** Milliseconds on a clock that never jumps. */
  readonly monotonic: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface FleetNode {
  readonly source: NodeSource;
  /** The name that the bridge gave in the last good reading. */
  readonly earlierName: () => string | null;
  /** Returns the last reading, if it is recent enough, or a new one. Rejects only with the signal's reason. */
  readonly read: (options: NodesReadOptions) => Promise<NodeOutcome>;
}

/** How long lists take a node that has just hung as hanging: each would wait for a deadline otherwise. */
const HANG_MS = 5000;

/** A finished reading. */
interface Finished {
  readonly outcome: NodeOutcome;
  /** True if it failed after so long that the next one would be as slow. */
  readonly isHang: boolean;
  /** When the outcome's age was that, monotonic. */
  readonly atMs: number;
}

export function createFleetNode(options: FleetNodeOptions): FleetNode {
  const { source, timeoutMs, maxStaleMs, monotonic, now } = options;
  let last: Finished | null = null;
  let lastGood: Finished | null = null;

  const runs = (fresh: boolean) =>
    createSharedRuns<Finished, Pick<NodesReadOptions, 'requestId' | 'calls'>>({
      name: `node ${source.name ?? source.address}`,
      maxAgeMs: options.maxAgeMs,
      maxWaiting: Number.POSITIVE_INFINITY,
      // A caller that asks again while a node hangs would otherwise wait for two deadlines.
      servesWaiting: ({ outcome }) => outcome.status !== 'ok',
      now: monotonic,
      run: (signal, origin) => {
        const read = { timeoutMs, fresh, signal, ...origin, monotonic, now };
        return options.inTurn(async () => {
          const beganAtMs = monotonic();
          const outcome = await readNodeOnce(source, read);
          const atMs = monotonic();
          const isSlow = atMs - beganAtMs >= Math.min(1000, timeoutMs * 0.9);
          const finished = { outcome, atMs, isHang: isSlow && outcome.reading === null };
          logChange(outcome);
          if (outcome.status === 'ok') lastGood = finished;
          last = finished;
          return finished;
        }, signal);
      },
    });
  const shared = { any: runs(false), fresh: runs(true) };

  const earlierName = () => saidName(lastGood?.outcome.reading ?? null);

  /** A node that fails is logged once, not with each request. */
  function logChange({ problem }: NodeOutcome): void {
    const before = last?.outcome.problem?.code;
    if (problem?.code === before) return;
    const fields = { node: source.name ?? earlierName() ?? source.address };
    if (problem === null) {
      options.logger.log('WARNING', 'a node can be read again', fields);
    } else {
      const { code, message: detail, cause: err } = problem;
      options.logger.log('WARNING', 'a node cannot be read', { ...fields, code, detail, err });
    }
  }

  /** The outcome as it is now, or the last good reading in its place. */
  function outcomeNow(finished: Finished, allowStale: boolean): NodeOutcome {
    const { outcome } = finished;
    if (outcome.status === 'ok' || !allowStale || lastGood === null) return outcomeOf(finished);
    const good = outcomeOf(lastGood);
    if (good.ageMs === null || good.ageMs > maxStaleMs) return outcomeOf(finished);
    return { ...good, status: 'stale', problem: outcome.problem };
  }

  function outcomeOf({ outcome, atMs }: Finished): NodeOutcome {
    return aged(outcome, monotonic() - atMs);
  }

  /**
   * Finds the outcome that is known without a call. A good reading counts from its begin, a failure from its end:
   * a hanging node delays few requests.
   */
  function recent(demand: NodesReadOptions): NodeOutcome | null {
    const { maxAgeMs = options.maxAgeMs, allowStale, takesHang = allowStale } = demand;
    if (last === null) return null;
    const { outcome, isHang, atMs } = last;
    // A guard refuses with a failure, so those that share readings share it too.
    if (outcome.reading !== null && needsNewRun(demand.maxAgeMs)) return null;
    const ageMs = (outcome.ageMs ?? 0) + monotonic() - atMs;
    const mostMs = isHang && takesHang ? Math.max(HANG_MS, maxAgeMs) : maxAgeMs;
    return ageMs < mostMs ? outcomeNow(last, allowStale) : null;
  }

  return {
    source,
    earlierName,
    read: async (demand) => {
      const known = recent(demand);
      if (known !== null) return known;
      const { maxAgeMs, signal, allowStale, ...origin } = demand;
      const read = needsNewRun(maxAgeMs) ? shared.fresh : shared.any;
      const { value } = await read({ maxAgeMs, signal }, origin);
      return outcomeNow(value, allowStale);
    },
  };
}
