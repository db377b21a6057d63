/** Reads when an upstream's certificate expires: in a TLS handshake that sends no request and trusts nothing. */
import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import { bare } from '../../values/configuration/address-values.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { isProxied } from './proxy.ts';
import type { Client } from './undici.ts';

/** For the connections and the handshake together. */
const TIMEOUT_MS = 10_000;

export interface CertificateReadOptions {
  /** An https URL. */
  readonly url: string;
  /** URL of an HTTP proxy; empty: none. */
  readonly proxy: string;
  readonly noProxy: string;
  /** The CAs that connections to a proxy trust, if its URL is https. */
  readonly proxyTls: { readonly secureContext?: SecureContext };
}

/**
 * Connects and reads the certificate, also one that has expired or is not trusted.
 * @returns milliseconds since the epoch
 * @throws Error if there is no connection, or no certificate in time
 */
export async function readCertificateExpiry(
  options: CertificateReadOptions,
  signal: AbortSignal,
): Promise<number> {
  const url = new URL(options.url);
  const tunnelled = options.proxy !== '' && isProxied(url, options.noProxy);
  const read = async (own: AbortSignal): Promise<number> => {
    if (!tunnelled) return shake(url, own);
    const undici = await import('./undici.ts');
    const client = new undici.Client(new URL(options.proxy).origin, { connect: options.proxyTls });
    try {
      return await shake(url, own, await openTunnel(client, options.proxy, url, own));
    } finally {
      await client.destroy();
    }
  };
  return withOwnSignal(signal, read, TIMEOUT_MS);
}

async function shake(url: URL, signal: AbortSignal, tunnel?: Socket): Promise<number> {
  const host = bare(url.hostname);
  const socket = connect({
    ...(tunnel ? { socket: tunnel } : { host, port: portOf(url) }),
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: false, // an expired certificate is to be read too
    ALPNProtocols: ['http/1.1'],
  });
  try {
    await once(socket, 'secureConnect', { signal });
    return expiryOf(socket);
  } finally {
    socket.on('error', () => undefined).destroy();
  }
}

function expiryOf(socket: TLSSocket): number {
  const expiresAtMs = Date.parse(socket.getPeerX509Certificate()?.validTo ?? '');
  if (Number.isNaN(expiresAtMs)) throw new Error('the server presented no certificate');
  return expiresAtMs;
}

/** As undici's `ProxyAgent` asks for it. */
async function openTunnel(
  client: Client,
  proxy: string,
  url: URL,
  signal: AbortSignal,
): Promise<Socket> {
  const { username, password } = new URL(proxy);
  const login = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
  const address = `${url.hostname}:${portOf(url)}`;
  const { socket, statusCode } = await client.connect({
    path: address,
    headers: {
      host: address,
      ...(username && password && { 'proxy-authorization': `Basic ${login.toString('base64')}` }),
    },
    signal,
  });
  if (statusCode === 200) return socket as Socket;
  socket.on('error', () => undefined).destroy();
  throw new Error(`the proxy answered ${statusCode}`);
}

function portOf({ port }: URL): number {
  return port === '' ? 443 : Number(port);
}
