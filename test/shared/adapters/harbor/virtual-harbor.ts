/** The client over a stand-in in process, with a virtual clock. */

import { type Clock, createVirtualClock } from '../../../../demo/harbor/clock.ts';
import {
  createHarborStandIn,
  type HarborStandIn,
  type HarborStandInOptions,
} from '../../../../demo/harbor/stand-in.ts';
import { createHarbor, type Harbor } from '../../../../shared/adapters/harbor/client.ts';
import { plainContents } from '../../../../shared/adapters/harbor/contents.ts';
import { harborRegistry } from '../../../../shared/adapters/harbor/harbor-registry.ts';
import type { HarborOptions } from '../../../../shared/adapters/harbor/http/options.ts';
import type { HarborSession } from '../../../../shared/adapters/harbor/http/session.ts';
import { allOperations } from '../../../../shared/adapters/harbor/operations.ts';
import type { Registry } from '../../../../shared/ports/registry.ts';

export interface VirtualHarbor {
  readonly harbor: Harbor;
  readonly standIn: HarborStandIn;
  readonly clock: Clock;
  readonly open: (signal?: AbortSignal) => HarborSession;
  readonly check: () => Promise<void>;
}

const nothing = () => undefined;
const logger = { enabled: () => false, log: nothing, always: nothing, child: () => logger };

/** The options of a client whose time is that of `clock`. */
export function timedBy({
  now,
  sleep,
}: Clock): Required<Pick<HarborOptions, 'now' | 'sleep' | 'startTimer'>> {
  return {
    now,
    sleep,
    startTimer: (ms, end) => {
      const stopped = new AbortController();
      sleep(ms, stopped.signal).then(end, () => undefined);
      return () => stopped.abort();
    },
  };
}

export function virtualHarbor(
  options: Omit<HarborStandInOptions, 'clock'>,
  client: Partial<HarborOptions> = {},
  /** Options that need the time of the clock. */
  timed: (now: () => number) => Partial<HarborOptions> = () => ({}),
): VirtualHarbor {
  const clock = createVirtualClock();
  const standIn = createHarborStandIn({ ...options, clock });
  const harbor = createHarbor({
    host: 'http://harbor.example.test',
    username: '',
    password: '',
    fetch: standIn.fetch as typeof fetch,
    timeoutMs: 30_000,
    concurrency: 6,
    maxRows: 100_000,
    ...timedBy(clock),
    logger,
    ...client,
    ...timed(clock.now),
  });
  const never = new AbortController().signal;
  return {
    harbor,
    standIn,
    clock,
    open: (signal = never) => harbor.session({ requestId: 'test', signal: () => signal }),
    check: () => harbor.checkCredentials(never),
  };
}

/** The registry of the domain over a client, without anything that its requests share. */
export function plainRegistry(harbor: Harbor): Registry {
  const operations = allOperations(plainContents);
  return harborRegistry({ harbor, operations, forget: () => undefined, isUnverified: false });
}
