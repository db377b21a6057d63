/** Connects a Node process to its bridge: over a unix socket, TCP or TLS. */
import { Agent, type Dispatcher, EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import type { BridgeUrl, Configuration } from '../../configuration/configuration.ts';
import { isLoopbackHost } from '../../configuration/values.ts';
import type { Bridge } from '../../host/bridge.ts';
import { createBridgeClient } from '../../host/bridge-client.ts';
import { noBridge } from '../../host/no-bridge.ts';
import { readCaFile } from './ca-file.ts';
import { closeDispatcher } from './close-dispatcher.ts';
import { proxyUrl } from './proxy.ts';

export interface RemoteBridge {
  /** `noBridge` if no `bridge_url` is configured. */
  readonly bridge: Bridge;
  /** Closes the connections. Waits only briefly for calls that are still running. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 2000;

/**
 * Makes the client of the configured bridge. It does not connect before the first call.
 * @param env HTTPS_PROXY and NO_PROXY, for bridges on other hosts
 * @throws Problem invalid_configuration if `bridge_ca_file` cannot be used
 */
export function connectBridge(
  configuration: Configuration,
  env: Readonly<Record<string, string | undefined>>,
): RemoteBridge {
  const { bridge_url, bridge_token, bridge_ca_file, bridge_timeout_ms } =
    configuration.bridge_config;
  if (bridge_url === null) return { bridge: noBridge, close: async () => undefined };
  const dispatcher = dispatcherFor(bridge_url, bridge_ca_file, env);
  const bridgeFetch = (input: string, init: Parameters<typeof undiciFetch>[1]) =>
    undiciFetch(input, { ...init, dispatcher });
  const bridge = createBridgeClient({
    // A unix socket has no host, but a URL needs one.
    url: bridge_url.kind === 'unix' ? 'http://bridge' : bridge_url.url,
    name: bridge_url.kind === 'unix' ? `unix:${bridge_url.path}` : new URL(bridge_url.url).origin,
    token: bridge_token,
    // undici's classes are those of the web, but its type declarations differ.
    fetch: bridgeFetch as unknown as typeof fetch,
    timeoutMs: bridge_timeout_ms,
    keepsRows: true,
  });
  return { bridge, close: () => closeDispatcher(dispatcher) };
}

function dispatcherFor(
  bridge_url: BridgeUrl,
  caFile: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Dispatcher {
  // Every call has its own timeout for headers and body.
  const limits = { headersTimeout: 0, bodyTimeout: 0 };
  const timeout = CONNECT_TIMEOUT_MS;
  if (bridge_url.kind === 'unix') {
    return new Agent({ ...limits, connect: { socketPath: bridge_url.path, timeout } });
  }
  const tls = caFile === null ? {} : { ca: readCaFile('bridge_config.bridge_ca_file', caFile) };
  const connect = { ...tls, timeout };
  const { protocol, hostname } = new URL(bridge_url.url);
  // A token in plain text must not pass through a proxy.
  if (protocol === 'http:' || isLoopbackHost(hostname)) return new Agent({ ...limits, connect });
  return new EnvHttpProxyAgent({
    ...limits,
    httpProxy: '',
    httpsProxy: proxyUrl('HTTPS_PROXY', env),
    noProxy: env['no_proxy'] || env['NO_PROXY'] || '',
    connect,
    requestTls: tls,
  });
}
