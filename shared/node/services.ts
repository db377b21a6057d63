/** The services of a Node process: everything that outlives a request is made here, once. */
import type { Bridge } from '../bridge.ts';
import type { Configuration } from '../configuration.ts';
import type { Connection, Services } from '../endpoint.ts';
import type { Logger } from '../logger.ts';
import { sleep } from '../sleep.ts';
import { createHarborFetch } from './harbor-fetch.ts';
import type { NodeEnv } from './http-server.ts';
import { watchIgnoreFile } from './ignore-file.ts';
import { localWriteRefusal } from './local-write.ts';
import { createMemo } from './memo.ts';
import { createProcessLimit } from './process-limit.ts';
import { watchReadiness } from './readiness.ts';

/** Callers that may wait for Harbor before `overloaded`. */
const HARBOR_WAITING = 256;

export interface NodeServices {
  readonly services: Services;
  /** Stops watching and closes connections to upstreams. */
  close(): Promise<void>;
}

/** Builds the services; nothing is contacted before the first look of the readiness checks. */
export function createNodeServices(options: {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly bridge: Bridge | null;
  readonly environment: NodeJS.ProcessEnv;
}): NodeServices {
  const { configuration, logger, bridge } = options;
  const { harbor_config } = configuration;
  const harbor = createHarborFetch(harbor_config, options.environment);
  const services: Services = {
    configuration,
    logger,
    fetch: harbor.fetch,
    tlsOptions: true,
    bridge,
    now: () => performance.timeOrigin + performance.now(),
    sleep,
    limitHarbor: createProcessLimit({
      concurrency: harbor_config.harbor_concurrency,
      waiting: HARBOR_WAITING,
      waitMs: harbor_config.harbor_timeout_ms,
    }),
    ignoreList: watchIgnoreFile({ path: configuration.ignore_file_path, logger }),
    memo: createMemo(),
    connection: (env) => connectionOf((env as NodeEnv).incoming),
  };
  const readiness = watchReadiness(services);
  return {
    services: { ...services, readiness: readiness.current },
    close: async () => {
      readiness.stop();
      await harbor.close();
    },
  };
}

function connectionOf(incoming: NodeEnv['incoming']): Connection {
  const { socket } = incoming;
  return {
    peer: socket.remoteAddress ?? 'unix',
    localWriteRefusal: (headers) => localWriteRefusal({ socket, headers }),
  };
}
