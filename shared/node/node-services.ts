/** The services of a Node process. Everything that outlives a request is created here, once. */
import { randomBytes } from 'node:crypto';
import { harborOf, registryOf } from '../adapters/configured-harbor.ts';
import { createSharedWork } from '../adapters/harbor/http/shared-work.ts';
import { allOperations } from '../adapters/harbor/operations.ts';
import { checkSources } from '../domain/readiness/readiness.ts';
import { deliverySettings } from '../domain/webhooks/delivery-settings.ts';
import type { Services } from '../http/function-services.ts';
import type { Bridge } from '../ports/bridge.ts';
import type { Logger } from '../ports/logger.ts';
import { type Metrics, noMetrics } from '../ports/metrics/metrics.ts';
import { countedCalls } from '../ports/tracing/counted-calls.ts';
import { plainTracer, type Tracer } from '../ports/tracing/tracer.ts';
import type { Configuration } from '../values/configuration/configuration.ts';
import { createGiveWay } from '../values/waiting/give-way.ts';
import { sleep } from '../values/waiting/sleep.ts';
import { createCleanupRuns } from './cleanup/cleanup-runs.ts';
import { watchIgnoreFile } from './ignore-file.ts';
import { createNodeJournal } from './journal/node-journal.ts';
import { createLoginAttempts } from './login-attempts.ts';
import { startFleetRefresh } from './metrics/fleet/fleet-refresh.ts';
import { createNodes } from './nodes/node-fleet.ts';
import { watchReadiness } from './readiness-watch.ts';
import { createLargeAnswers } from './sharing/answers-under-way.ts';
import { createMemo } from './sharing/memo.ts';
import { createSharedContents } from './sharing/shared-contents.ts';
import { createUpstreamFetch } from './upstreams/upstream-fetch.ts';
import { createNodeDeliveries } from './webhooks/node-deliveries.ts';
import { createRepeatedAnswers } from './webhooks/repeated-answers.ts';

/** How long a stop waits for running requests before it sends the remaining notifications. */
const NOTIFY_AFTER_MS = 6_000;

export interface NodeServices {
  readonly services: Services;
  /**
   * Sends the remaining notifications, and closes connections to upstreams after the last request. Takes at
   * most ten seconds, because the server ends its requests within nine.
   */
  close(served?: Promise<void>): Promise<void>;
}

export interface NodeServicesOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly bridge: Bridge;
  readonly environment: NodeJS.ProcessEnv;
  /** Default: none are kept. */
  readonly metrics?: Metrics;
  /** Default: traces are only passed on. */
  readonly tracer?: Tracer;
  /** True if the sources are checked in the background, for `/readyz`; by default true. */
  readonly watching?: boolean;
  /** True if nodes and drift are read in the background, for the metrics; by default as `watching`. */
  readonly refreshing?: boolean;
  /** Pauses before another call of Harbor or of `notify_url`. Default: real ones. */
  readonly sleep?: typeof sleep;
  /** Calls Harbor. Default: with its TLS settings, through the proxies of the environment. */
  readonly harborFetch?: typeof fetch;
  /** Default: the bridges that are configured. */
  readonly nodes?: Services['nodes'];
}

/** Makes the services. The readiness checks make the first calls. */
export function createNodeServices(options: NodeServicesOptions): NodeServices {
  const { configuration, logger, bridge, environment, watching = true } = options;
  const { refreshing = watching } = options;
  const { harbor_config, webhook_config } = configuration;
  const { harbor_host, verify_ssl, ca_file } = harbor_config;
  const pause = options.sleep ?? sleep;
  const { metrics = noMetrics, tracer = plainTracer } = options;
  const monotonic = () => performance.now();
  const giveWay = createGiveWay(monotonic);
  const calls = countedCalls(metrics, monotonic);
  const toHarbor =
    options.harborFetch === undefined
      ? createUpstreamFetch(
          { url: harbor_host, verifyTls: verify_ssl, caFile: ca_file },
          environment,
        )
      : { fetch: options.harborFetch, readCertificateExpiry: null, close: async () => undefined };
  // Functions over plain http are on loopback, where no proxy can reach them.
  const toFunctions = createUpstreamFetch({ url: null }, environment);
  const toReceiver = createUpstreamFetch(
    { url: webhook_config.notify_url, caFile: ca_file },
    environment,
  );
  const harbor = harborOf(configuration, {
    fetch: toHarbor.fetch,
    tlsOptions: true,
    sleep: pause,
    logger,
    calls,
    shared: createSharedWork({
      concurrency: harbor_config.harbor_concurrency,
      waitMs: harbor_config.harbor_timeout_ms,
      now: () => performance.now(),
      observe: (queue) => metrics.queue(`harbor_${queue}`),
    }),
  });
  const contents = createSharedContents({
    maxAgeMs: configuration.nodes_config.max_age_ms,
    now: () => performance.now(),
  });
  const registry = registryOf(configuration, {
    harbor,
    operations: allOperations(contents),
    forget: contents.forget,
  });
  const fleet = createNodes({ configuration, bridge, logger, environment, calls });
  // Signatures of webhooks need the time of day, and a monotonic clock stops while the machine sleeps.
  const now = Date.now;
  const deliveries = createNodeDeliveries({
    ...deliverySettings(configuration, bridge),
    nodes: options.nodes ?? fleet.nodes,
    forget: registry.forget,
    giveWay,
    fetch: toReceiver.fetch,
    now,
    sleep: pause,
    logger,
    metrics,
    observe: metrics.queue,
  });
  const { journal, close: closeJournal } = createNodeJournal({
    configuration,
    registry,
    logger,
    metrics,
    now,
    sleep,
  });
  const { runs: cleanupRuns, close: closeRuns } = createCleanupRuns({ now, sleep, logger });
  const sources = { registry, bridge, journal, logger };
  const readiness = watching ? watchReadiness({ ...sources, sleep }) : null;
  if (readiness !== null) metrics.fleet.showSources(() => readiness.current().checks);
  let isStopping = false;
  const services: Services = {
    configuration,
    logger,
    metrics,
    tracer,
    now,
    monotonic,
    isStopping: () => isStopping,
    bridge,
    nodes: options.nodes ?? fleet.nodes,
    registry,
    journal,
    ignoreList: watchIgnoreFile({ path: configuration.ignore_file_path, logger }),
    readiness: readiness?.current ?? ((signal) => checkSources(sources, signal)),
    deliveries,
    largeAnswers: createLargeAnswers({ giveWay, observe: metrics.queue }),
    answerOnce: createRepeatedAnswers({ now, observer: metrics.queue('webhook_invocations') }),
    cleanupRuns,
    sessionKey: configuration.ui_config.session_key ?? randomBytes(32).toString('base64url'),
    loginAttempts: createLoginAttempts({ now: monotonic, sleep: pause }),
    memo: createMemo(),
    giveWay,
    fetchFunction: toFunctions.fetch,
  };
  const refresh =
    refreshing && configuration.metrics_config.refresh_ms > 0
      ? startFleetRefresh({ services, readCertificate: toHarbor.readCertificateExpiry })
      : null;
  return {
    services,
    close: async (served = Promise.resolve()) => {
      isStopping = true;
      refresh?.stop();
      const ended = closeRuns();
      const stopping = new AbortController();
      const late = sleep(NOTIFY_AFTER_MS, stopping.signal).catch(() => undefined); // served in time
      await Promise.race([served, late]);
      stopping.abort();
      readiness?.stop();
      await deliveries.close();
      await Promise.all([served, ended]);
      await closeJournal();
      const upstreams = [toHarbor, toFunctions, toReceiver, fleet];
      await Promise.all(upstreams.map((upstream) => upstream.close()));
    },
  };
}
