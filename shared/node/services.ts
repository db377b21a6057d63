/** The services of a Node process: everything that outlives a request is made here, once. */

import type { Configuration } from '../configuration/configuration.ts';
import type { Connection, Services } from '../endpoint.ts';
import type { Bridge } from '../host/bridge.ts';
import type { Logger } from '../log/logger.ts';
import { sleep } from '../sleep.ts';
import { deliverySettings } from '../webhooks/delivery-settings.ts';
import { createHarborFetch } from './harbor-fetch.ts';
import type { NodeEnv } from './http/http-server.ts';
import { judgeLocalWrite } from './http/local-write.ts';
import { watchIgnoreFile } from './ignore-file.ts';
import { createMemo } from './memo.ts';
import { createNodeDeliveries } from './node-deliveries.ts';
import { onceATurn } from './once-a-turn.ts';
import { createProcessLimit } from './process-limit.ts';
import { watchReadiness } from './readiness-watch.ts';
import { createRepeatedAnswers } from './repeated-answers.ts';

/** Callers that may wait for Harbor before `overloaded`. */
const HARBOR_WAITING = 256;

/** Where a request hangs, a stop does not wait for it with what Harbor's webhooks left to be told. */
const TELL_AFTER_MS = 6_000;

export interface NodeServices {
  readonly services: Services;
  /**
   * Tells what is still to be told, and closes connections to upstreams once nobody is served any
   * more. Within ten seconds, as the server ends what it serves within nine.
   */
  close(served?: Promise<void>): Promise<void>;
}

/** Builds the services; nothing is contacted before the first look of the readiness checks. */
export function createNodeServices(options: {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly bridge: Bridge | null;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether to look at the sources all the time, for `/readyz`; by default true. */
  readonly watching?: boolean;
}): NodeServices {
  const { configuration, logger, bridge, watching = true } = options;
  const { harbor_config, webhook_config } = configuration;
  if (harbor_config.harbor_host !== null && harbor_config.harbor_username === '') {
    logger.log('WARNING', 'harbor_config.harbor_username is empty: only what is public is listed');
  }
  const harbor = createHarborFetch(harbor_config, options.environment);
  // Harbor's TLS settings are for Harbor alone; https goes by its proxy, http is for loopback.
  const functions = createHarborFetch(
    { ...harbor_config, harbor_host: null, verify_ssl: true, ca_file: null },
    options.environment,
  );
  // Harbor's verify_ssl is for Harbor alone; proxies go by the scheme of what is called.
  const receiver = createHarborFetch(
    { ...harbor_config, harbor_host: webhook_config.notify_url, verify_ssl: true },
    options.environment,
  );
  // The clock that webhooks are signed by; a monotonic one falls behind while a machine sleeps.
  const now = Date.now;
  const webhooks = createNodeDeliveries({
    ...deliverySettings(configuration, bridge),
    fetch: receiver.fetch,
    now,
    sleep,
    logger,
  });
  const services: Services = {
    configuration,
    logger,
    fetch: harbor.fetch,
    fetchFunction: functions.fetch,
    tlsOptions: true,
    bridge,
    now,
    sleep,
    webhooks,
    answerOnce: createRepeatedAnswers({ now }),
    limitHarbor: createProcessLimit({
      concurrency: harbor_config.harbor_concurrency,
      waiting: HARBOR_WAITING,
      waitMs: harbor_config.harbor_timeout_ms,
    }),
    ignoreList: onceATurn(watchIgnoreFile({ path: configuration.ignore_file_path, logger })),
    memo: createMemo(),
    connection: (env) => connectionOf((env as NodeEnv).incoming),
  };
  const readiness = watching ? watchReadiness(services) : null;
  return {
    services: { ...services, ...(readiness && { readiness: readiness.current }) },
    close: async (served = Promise.resolve()) => {
      const stopping = new AbortController();
      const late = sleep(TELL_AFTER_MS, stopping.signal).catch(() => undefined); // served before that
      await Promise.race([served, late]);
      stopping.abort();
      readiness?.stop();
      await webhooks.close();
      await served;
      await Promise.all([harbor.close(), functions.close(), receiver.close()]);
    },
  };
}

function connectionOf(incoming: NodeEnv['incoming']): Connection {
  const { socket } = incoming;
  return {
    peer: socket.remoteAddress ?? 'unix',
    localWrite: (headers) => judgeLocalWrite({ socket, headers }),
  };
}
