/** Serves the app on the TCP address of the configuration, and on `local_socket` if it is set. */

import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics/metrics.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { type ListenOptions, listen, type Served } from './http-server.ts';
import { listenOnUnixSocket } from './unix-socket.ts';

export interface Service {
  /** The TCP port it listens on. */
  readonly port: number;
  /** Stops both: requests under way are answered, then everything is closed. */
  close(): Promise<void>;
}

/**
 * Serves `app` on `app_host` and `app_port`, and on `local_socket`, whose mode 0600 admits only root and
 * the service's user. Rejects if it cannot listen on both.
 */
export async function serve(
  app: Served,
  options: {
    readonly app_config: Configuration['app_config'];
    readonly logger: Logger;
    readonly metrics: Metrics;
  },
): Promise<Service> {
  const { app_config, logger, metrics } = options;
  const { app_host: host, app_port: port, local_socket } = app_config;
  const observers = { logger, onUnreadable: metrics.requestUnreadable };
  const closeLocal = await serveLocally(app, local_socket, observers);
  const tcp = await listen(app, { host, port }, observers).catch(async (err) => {
    await closeLocal();
    throw err;
  });
  return {
    port: tcp.port,
    close: async () => {
      await Promise.all([tcp.close(), closeLocal()]);
    },
  };
}

/** @returns how to close it */
async function serveLocally(
  app: Served,
  path: string | null,
  observers: ListenOptions,
): Promise<() => Promise<void>> {
  if (path === null) return async () => undefined;
  const { server, release } = await listenOnUnixSocket(
    path,
    (target) => listen(app, target, { ...observers, local: true }),
    { mode: 0o600 },
  );
  return () => server.close().finally(release);
}
