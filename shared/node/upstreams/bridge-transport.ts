/** Connects a Node process to bridges: over unix sockets, TCP or TLS. */
import { createSecureContext, type SecureContext } from 'node:tls';
import {
  type BridgeClientOptions,
  createBridgeClient,
} from '../../adapters/bridge-client/bridge-client.ts';
import {
  type BridgeTarget,
  commonCaFile,
  nameOfAddress,
} from '../../domain/nodes/configured-nodes.ts';
import type { Bridge } from '../../ports/bridge.ts';
import { type Metrics, noMetrics } from '../../ports/metrics/metrics.ts';
import { noBridge } from '../../ports/no-bridge.ts';
import { countedCalls } from '../../ports/tracing/counted-calls.ts';
import { isLoopbackHost } from '../../values/configuration/address-values.ts';
import type { Configuration } from '../../values/configuration/configuration.ts';
import { type Lazy, lazily } from '../sharing/lazily.ts';
import { readCaFile } from './ca-file.ts';
import { closeDispatcher } from './close-dispatcher.ts';
import { proxyUrl } from './proxy.ts';
import type { Dispatcher } from './undici.ts';
import { getThrough } from './undici-get.ts';

export interface RemoteBridge {
  /** `noBridge` if no `bridge_url` is configured. */
  readonly bridge: Bridge;
  /** Closes the connections. Waits only briefly for calls that are still running. */
  close(): Promise<void>;
}

/** How to reach a bridge from this process. */
interface NodeBridgeTarget extends BridgeTarget {
  readonly timeoutMs: number;
  /** The name in its certificate, if its address is that of a record. Then no proxy is used. */
  readonly certificateName?: string;
}

/** The connections of a process to bridges. Bridges with the same settings share an agent. */
export interface BridgeConnections {
  /**
   * Makes the client of a bridge. It does not connect before the first call.
   * @throws Problem invalid_configuration if its `caFile` cannot be used
   */
  connect(target: NodeBridgeTarget): Bridge;
  /** Closes the connections. Waits only briefly for calls that are still running. */
  close(): Promise<void>;
}

type Undici = typeof import('./undici.ts');

const CONNECT_TIMEOUT_MS = 2000;

/**
 * Makes the client of the bridge of `bridge_config`.
 * @param env HTTPS_PROXY and NO_PROXY, for bridges on other hosts
 * @param options default of `metrics`: none are kept
 * @throws Problem invalid_configuration if `bridge_ca_file` cannot be used
 */
export function connectBridge(
  configuration: Configuration,
  env: Readonly<Record<string, string | undefined>>,
  { metrics = noMetrics }: { readonly metrics?: Metrics } = {},
): RemoteBridge {
  const { bridge_config } = configuration;
  const { bridge_url, bridge_token, bridge_timeout_ms } = bridge_config;
  if (bridge_url === null) return { bridge: noBridge, close: async () => undefined };
  const { connect, close } = createBridgeConnections(env, {
    calls: countedCalls(metrics, () => performance.now()),
  });
  const bridge = connect({
    address: bridge_url,
    token: bridge_token,
    caFile: commonCaFile(bridge_config),
    timeoutMs: bridge_timeout_ms,
  });
  return { bridge, close };
}

/**
 * @param env HTTPS_PROXY and NO_PROXY, for bridges on other hosts
 * @param options how bridges are read: `readImage` shares equal rows, `calls` is told of calls in the background
 */
export function createBridgeConnections(
  env: Readonly<Record<string, string | undefined>>,
  options: Pick<BridgeClientOptions, 'readImage' | 'calls'> = {},
): BridgeConnections {
  const dispatchers = new Map<string, Lazy<Dispatcher>>();
  const authorities = new Map<string, SecureContext>();

  /** Made once, because reading the authorities takes milliseconds for each connection. */
  function trusting({ key, path }: { readonly key: string; readonly path: string }): SecureContext {
    const known = authorities.get(path);
    const context = known ?? createSecureContext({ ca: readCaFile(key, path) });
    authorities.set(path, context);
    return context;
  }

  function dispatcherFor(target: NodeBridgeTarget): Lazy<Dispatcher> {
    const { address, caFile, certificateName } = target;
    // Every call has its own timeout for headers and body.
    const limits = { headersTimeout: 0, bodyTimeout: 0 };
    const timeout = CONNECT_TIMEOUT_MS;
    if (address.kind === 'unix') {
      const connect = { socketPath: address.path, timeout };
      return shared(nameOfAddress(address), ({ Agent }) => new Agent({ ...limits, connect }));
    }
    const tls = {
      ...(caFile && { secureContext: trusting(caFile) }),
      ...(certificateName && { servername: certificateName }),
    };
    const connect = { ...tls, timeout };
    const { protocol, hostname } = new URL(address.url);
    // A token in plain text must not pass through a proxy.
    const direct =
      protocol === 'http:' || isLoopbackHost(hostname) || certificateName !== undefined;
    const key = JSON.stringify([direct, caFile?.path, certificateName]);
    if (direct) return shared(key, ({ Agent }) => new Agent({ ...limits, connect }));
    const proxies = {
      httpProxy: '',
      httpsProxy: proxyUrl('HTTPS_PROXY', env),
      noProxy: env['no_proxy'] || env['NO_PROXY'] || '',
    };
    const settings = { ...limits, ...proxies, connect, requestTls: tls };
    return shared(key, ({ EnvHttpProxyAgent }) => new EnvHttpProxyAgent(settings));
  }

  function shared(key: string, make: (undici: Undici) => Dispatcher): Lazy<Dispatcher> {
    const known = dispatchers.get(key) ?? lazily(async () => make(await import('./undici.ts')));
    dispatchers.set(key, known);
    return known;
  }

  return {
    connect: (target) =>
      createBridgeClient({
        // A unix socket has no host, but a URL needs one.
        url: target.address.kind === 'unix' ? 'http://bridge' : target.address.url,
        name: nameOfAddress(target.address),
        token: target.token,
        get: getThrough(dispatcherFor(target)),
        timeoutMs: target.timeoutMs,
        keepsRows: true,
        ...options,
        ...(target.keys && { keys: target.keys }),
      }),
    close: async () => {
      const begun = await Promise.all([...dispatchers.values()].map((one) => one.begun()));
      await Promise.all(begun.map((one) => one && closeDispatcher(one)));
    },
  };
}
