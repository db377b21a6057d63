/** `fetch` for calls to upstreams on Node: TLS settings, proxies from the environment, keep-alive. */
import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates } from 'node:tls';
import { lazily } from '../sharing/lazily.ts';
import { readCaFile } from './ca-file.ts';
import { readCertificateExpiry } from './certificate-expiry.ts';
import { closeDispatcher } from './close-dispatcher.ts';
import { blameProxy, proxyUrl } from './proxy.ts';
import type { fetch as UndiciFetch } from './undici.ts';

export interface Upstream {
  /** Its base URL, whose scheme decides which proxy is used; null: https. */
  readonly url: string | null;
  /** By default true. */
  readonly verifyTls?: boolean;
  /** Authorities that are trusted in addition to Node's. By default none. */
  readonly caFile?: string | null;
}

export interface UpstreamFetch {
  readonly fetch: typeof fetch;
  /**
   * Reads when the upstream's certificate expires, milliseconds since the epoch. Null if it has none, or is behind a
   * SOCKS proxy.
   */
  readonly readCertificateExpiry: ((signal: AbortSignal) => Promise<number>) | null;
  /** Closes the connections. Waits only briefly for calls that are still running. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Shorter than a proxy keeps a connection (usually 60 s), so that none is used while the proxy closes it. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Makes the `fetch` of a Node process. Its settings apply to this `fetch` only, never to the process.
 * @param env HTTPS_PROXY, HTTP_PROXY, NO_PROXY (lower case wins) and NODE_EXTRA_CA_CERTS
 * @throws Problem invalid_configuration if `caFile` or the proxy cannot be used
 */
export function createUpstreamFetch(
  { url, verifyTls = true, caFile = null }: Upstream,
  env: Readonly<Record<string, string | undefined>>,
): UpstreamFetch {
  // Made once, because reading the authorities takes milliseconds for each connection.
  const trust =
    caFile === null ? {} : { secureContext: createSecureContext({ ca: trusted(caFile, env) }) };
  const tls = { ...trust, rejectUnauthorized: verifyTls };
  const https = url?.startsWith('https:') ?? true;
  // Each variable is for its own scheme, as in curl: HTTP_PROXY does not serve https.
  const proxy = proxyUrl(https ? 'HTTPS_PROXY' : 'HTTP_PROXY', env);
  const noProxy = env['no_proxy'] || env['NO_PROXY'] || '';
  const settings = {
    httpProxy: https ? '' : proxy,
    httpsProxy: https ? proxy : '',
    noProxy,
    proxyTunnel: https, // no tunnel for plain http, because many proxies refuse CONNECT to port 80
    connect: { ...tls, timeout: CONNECT_TIMEOUT_MS },
    requestTls: tls,
    proxyTls: trust,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Every call has its own timeout for headers and body.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const connection = lazily(connect);
  const upstreamFetch = async (input: string, init: Parameters<typeof UndiciFetch>[1]) => {
    const { fetch, keeping } = await connection();
    try {
      return await fetch(input, { ...init, dispatcher: keeping });
    } catch (err) {
      blameProxy(err, proxy, input);
      throw err;
    }
  };
  const certificate = { url: url ?? '', proxy, noProxy, proxyTls: trust };
  const hasCertificate = url !== null && https && !proxy.startsWith('socks');
  return {
    // undici's classes are those of the web, but its type declarations differ.
    fetch: upstreamFetch as unknown as typeof fetch,
    readCertificateExpiry: hasCertificate
      ? (signal) => readCertificateExpiry(certificate, signal)
      : null,
    close: async () => {
      const begun = await connection.begun();
      if (begun !== null) await closeDispatcher(begun.dispatcher);
    },
  };

  async function connect() {
    const { EnvHttpProxyAgent, fetch } = await import('./undici.ts');
    const dispatcher = new EnvHttpProxyAgent(settings);
    // undici closes a connection after each HEAD, in case the server sends a body nevertheless. Harbor does
    // not, and each check of the credentials would need a new TLS handshake.
    const keeping = dispatcher.compose(
      (dispatch) => (options, handler) =>
        dispatch(options.method === 'HEAD' ? { ...options, reset: false } : options, handler),
    );
    return { fetch, dispatcher, keeping };
  }
}

/** `ca` replaces Node's list of authorities, so this adds them again. */
function trusted(caFile: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const text = readCaFile('harbor_config.ca_file', caFile);
  const extra = env['NODE_EXTRA_CA_CERTS'];
  return [...rootCertificates, ...(extra ? [readExtra(extra)] : []), text];
}

function readExtra(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // Node itself warned about it when it started
  }
}
