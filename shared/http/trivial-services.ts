/** Services that keep no state and have no upstreams. A runtime or program replaces those that it needs. */

import { createLoggedJournal } from '../domain/journal/logged-journal.ts';
import { runAlways } from '../domain/webhooks/answer-once.ts';
import type { Logger } from '../ports/logger.ts';
import { noMetrics } from '../ports/metrics/metrics.ts';
import { noBridge } from '../ports/no-bridge.ts';
import { noMemo } from '../ports/services.ts';
import { plainTracer } from '../ports/tracing/tracer.ts';
import type { Configuration } from '../values/configuration/configuration.ts';
import { neverGiveWay } from '../values/waiting/give-way.ts';
import type { Services } from './function-services.ts';
import { separateAnswers } from './large-answers.ts';

/** If a function uses a service that it was made without, the program is wrong, not the request. */
function absent(name: string): () => never {
  return () => {
    throw new Error(`this program has no ${name}`);
  };
}

export function trivialServices(configuration: Configuration, logger: Logger): Services {
  return {
    configuration,
    logger,
    metrics: noMetrics,
    tracer: plainTracer,
    now: () => Date.now(),
    monotonic: () => performance.now(),
    isStopping: () => false,
    bridge: noBridge,
    nodes: {
      configured: false,
      read: absent('nodes'),
      readOne: absent('nodes'),
    },
    registry: {
      host: null,
      session: absent('registry'),
      checkCredentials: absent('registry'),
      forget: () => undefined,
    },
    journal: createLoggedJournal(configuration, logger),
    ignoreList: () => ({ matches: () => false, rowThatHides: () => null }),
    readiness: absent('readiness'),
    deliveries: { take: absent('deliveries') },
    largeAnswers: separateAnswers,
    answerOnce: runAlways,
    cleanupRuns: {
      start: absent('cleanup runs'),
      find: absent('cleanup runs'),
      findStarted: absent('cleanup runs'),
    },
    sessionKey: configuration.ui_config.session_key,
    loginAttempts: { begin: async () => undefined, succeeded: () => undefined },
    memo: noMemo,
    giveWay: neverGiveWay,
    fetchFunction: (input, init) => fetch(input, init),
  };
}
