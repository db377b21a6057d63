/** The types of configuration values that are addresses of bridges, of the service, and to listen on. */
import { key, textOf, unset } from './values.ts';

/** The address that a process listens on. */
export type Address =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

/** The address of a bridge: the path of a unix socket, or a base URL without a trailing slash. */
export type BridgeUrl =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string };

/** An http(s) base URL without a trailing slash; null if it is not set. */
export const baseUrl = () =>
  key<string | null>(null, {
    expected: 'an http(s) URL without user info, query and fragment',
    read: (value) => {
      if (unset(value)) return null;
      const parsed = webUrl(value);
      return parsed && base(parsed);
    },
  });

export const A_BRIDGE_URL = 'unix:PATH or an http(s) URL without user info, query and fragment';

export const bridgeUrl = () =>
  key<BridgeUrl | null>(null, {
    expected: A_BRIDGE_URL,
    read: (value) => (unset(value) ? null : readBridgeUrl(value)),
  });

/** @returns undefined if it is not the address of a bridge */
export function readBridgeUrl(value: unknown): BridgeUrl | undefined {
  const path = unixPath(value);
  if (path !== null) return { kind: 'unix', path };
  const parsed = webUrl(value);
  return parsed && { kind: 'url', url: base(parsed) };
}

/** Tells whether a token would be sent in plain text to another host. */
export function isPlaintextElsewhere(address: BridgeUrl): boolean {
  if (address.kind !== 'url') return false;
  const { protocol, hostname } = new URL(address.url);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}

export const listenAddress = (fallback: Address) =>
  key<Address>(fallback, {
    expected: 'unix:PATH or HOST:PORT',
    read: (value) => {
      const path = unixPath(value);
      if (path !== null) return { kind: 'unix', path };
      const [, host = '', port] = /^(\[[\da-f:.]+\]|[\w.-]+):(\d{1,5})$/i.exec(textOf(value)) ?? [];
      if (port === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
      return { kind: 'tcp', host: bare(host), port: Number(port) };
    },
  });

/** Tells whether a URL's host name means this machine: localhost, 127.0.0.0/8 or [::1]. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i.test(hostname);
}

/** An IPv6 address without its brackets, any other host unchanged. */
export const bare = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

function unixPath(value: unknown): string | null {
  // URLs have the form `unix:///run/x`, nginx and systemd `unix:/run/x`.
  const [, path] = /^unix:(?:\/\/(?=\/))?(\P{Cc}+)$/u.exec(textOf(value)) ?? [];
  return path ?? null;
}

/** An http(s) URL without user info and fragment; undefined if it is none. */
export function webUrl(value: unknown, withQuery = false): URL | undefined {
  const given = textOf(value);
  if (/\p{Cc}/u.test(given)) return; // the parser drops some of them
  const parsed = URL.canParse(given) ? new URL(given) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || !/^https?:\/\//i.test(given)) return;
  // An empty query or fragment leaves search and hash empty but stays in the URL, so the text is checked.
  const rest = withQuery ? /#/ : /[?#]/;
  return parsed.username || parsed.password || rest.test(parsed.href) ? undefined : parsed;
}

/** A parsed URL as a base URL. */
export const base = (parsed: URL) => withoutSlashes(parsed.href);

/** Removes the slashes at the end. A regular expression takes quadratic time on many slashes elsewhere. */
export function withoutSlashes(text: string): string {
  let end = text.length;
  while (text[end - 1] === '/') end--;
  return text.slice(0, end);
}
