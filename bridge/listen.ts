/** Listens for the bridge, after checking that its address is protected. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { type ListenOptions, listen, type Served } from '../shared/node/http/http-server.ts';
import { listenOnUnixSocket, passedSocket } from '../shared/node/http/unix-socket.ts';
import { isLoopbackHost } from '../shared/values/configuration/address-values.ts';
import type { BridgeConfiguration } from '../shared/values/configuration/bridge-schema.ts';
import { Problem } from '../shared/values/problem.ts';

type BridgeConfig = BridgeConfiguration['bridge_config'];

export interface BridgeServer {
  /** The address, for the log. */
  readonly name: string;
  close(): Promise<void>;
}

/** A router that asks once a minute keeps its connection, so that a thousand nodes cost no TLS handshakes. */
const KEEP_ALIVE_MS = 75_000;

/**
 * Listens on the socket that systemd passed, else on `bridge_listen`.
 * @throws Problem invalid_configuration: TCP without a token, or beyond loopback without TLS
 */
export async function listenForBridge(
  app: Served,
  options: {
    readonly bridge_config: BridgeConfig;
    readonly environment: Readonly<Record<string, string | undefined>>;
    readonly onUnreadable?: ListenOptions['onUnreadable'];
  },
): Promise<BridgeServer> {
  const { bridge_config, onUnreadable } = options;
  const { bridge_listen } = bridge_config;
  const common = { keepAliveMs: KEEP_ALIVE_MS, onUnreadable };
  const passed = passedSocket(options.environment);
  if (passed !== null) {
    const server = await listen(app, passed, { ...common, ...tlsOf(bridge_config) });
    // In the same turn of the event loop, so no connection has been accepted yet.
    if (server.host !== null) checkTcp(server.host, bridge_config);
    return { name: 'the socket that systemd passed', close: server.close };
  }
  if (bridge_listen.kind === 'unix') {
    const { path } = bridge_listen;
    const { server, release } = await listenOnUnixSocket(path, (target) =>
      listen(app, target, common),
    );
    const close = () => server.close().finally(release);
    return { name: `unix:${path}`, close };
  }
  const { host, port } = bridge_listen;
  checkTcp(host, bridge_config);
  const server = await listen(app, { host, port }, { ...common, ...tlsOf(bridge_config) });
  return { name: `${host}:${port}`, close: server.close };
}

/** TCP has no permissions as a unix socket does: it needs a token, and TLS to keep the token secret. */
function checkTcp(host: string, config: BridgeConfig): void {
  if (config.bridge_token === null) {
    throw new Problem(
      'invalid_configuration',
      'bridge_config.bridge_token: expected a token, as bridge_listen is a TCP address',
    );
  }
  const plain = config.bridge_tls_cert === null;
  if (plain && !config.bridge_allow_plaintext && !isLoopbackHost(host)) {
    throw new Problem(
      'invalid_configuration',
      'bridge_config.bridge_tls_cert: expected a certificate (and bridge_tls_key), as bridge_listen ' +
        'is not a loopback address (or set bridge_allow_plaintext)',
    );
  }
}

function tlsOf({ bridge_tls_cert, bridge_tls_key }: BridgeConfig): ListenOptions {
  if (bridge_tls_cert === null || bridge_tls_key === null) return {};
  try {
    const tls = {
      cert: readFileSync(bridge_tls_cert, 'utf8'),
      key: readFileSync(bridge_tls_key, 'utf8'),
    };
    createSecureContext(tls); // fails unless both are PEM and belong together
    return { tls };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      'invalid_configuration',
      `bridge_config.bridge_tls_cert: expected PEM files of a certificate and its key, but got ${bridge_tls_cert} and ${bridge_tls_key} (${why})`,
      { cause },
    );
  }
}
