/** The proxies of the environment. */
import { Problem } from '../../values/problem.ts';

/**
 * The URL of the proxy that a variable names; the lower-case name wins. Empty: none.
 * @throws Problem invalid_configuration if it is not the URL of a proxy, without its value, which may
 * contain a password
 */
export function proxyUrl(
  name: 'HTTPS_PROXY' | 'HTTP_PROXY',
  env: Readonly<Record<string, string | undefined>>,
): string {
  const used = env[name.toLowerCase()] ? name.toLowerCase() : name;
  const value = env[used] ?? '';
  if (value === '') return value;
  const url = /^(https?|socks5?):\/\//i.test(value) && URL.canParse(value) ? new URL(value) : null;
  // undici fails on a path, which other programs ignore, and on a login that cannot be decoded.
  if (url !== null && isDecodable(url.username + url.password)) {
    return Object.assign(url, { pathname: '', search: '', hash: '' }).href;
  }
  throw new Problem(
    'invalid_configuration',
    `${used}: expected the URL of a proxy, such as http://proxy.example:3128`,
  );
}

/** Tells whether NO_PROXY leaves the URL to the proxy, as undici's `EnvHttpProxyAgent` decides it. */
export function isProxied({ hostname, port, protocol }: URL, noProxy: string): boolean {
  if (noProxy === '*') return false;
  const host = hostname.toLowerCase();
  const targetPort = port || (protocol === 'https:' ? '443' : '80');
  const entries = noProxy.split(/[,\s]/).filter((entry) => entry !== '');
  return !entries.some((entry) => {
    const [, name = entry, onlyPort = targetPort] = /^(.+):(\d+)$/.exec(entry) ?? [];
    const domain = name.replace(/^\*?\./, '').toLowerCase();
    return (
      Number(onlyPort) === Number(targetPort) && (host === domain || host.endsWith(`.${domain}`))
    );
  });
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Adds `proxy`, its host and port, to the cause of a rejected `fetch` of `url` if the proxy could not be reached. */
export function blameProxy(err: unknown, proxy: string, url: string): void {
  if (proxy === '' || !(err instanceof Error) || !(err.cause instanceof Error)) return;
  const { hostname, port } = addressOf(proxy);
  const upstream = addressOf(url);
  const causes: readonly unknown[] =
    err.cause instanceof AggregateError ? err.cause.errors : [err.cause];
  // Node tells the port of a refused connection, and the name of a failed name look-up.
  const isProxy = causes.some((cause) => {
    const failed = cause as { readonly port?: unknown; readonly hostname?: unknown };
    return (
      (failed.port === port && port !== upstream.port) ||
      (failed.hostname === hostname && hostname !== upstream.hostname)
    );
  });
  if (isProxy) Object.assign(err.cause, { proxy: `${hostname}:${port}` });
}

function addressOf(url: string): { readonly hostname: string; readonly port: number } {
  const { protocol, hostname, port } = new URL(url);
  return { hostname, port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}
