/** Requests that Node's parser takes and RFC 9112 does not, or that mean two things to two readers. */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../../problem.ts';

/** Why a request is refused before the app sees it; null when it is well-formed. */
export function malformed(incoming: IncomingMessage): Problem | null {
  const { url: target = '', httpVersion } = incoming;
  const hosts = hostsOf(incoming.rawHeaders);
  const [host] = hosts;
  if (hosts.length > 1) return badRequest('it has more than one Host header');
  if (host === undefined && httpVersion !== '1.0') return badRequest('it has no Host header');
  // Readers that cut the target there and readers that do not would see two queries.
  if (target.includes('#')) return badRequest('its target has a "#"; a client keeps fragments');
  const [, authority] = /^https?:\/\/([^/?]*)/i.exec(target) ?? [];
  if (authority !== undefined && host !== undefined && !isSame(authority, host)) {
    return badRequest('its target names another host than its Host header');
  }
  return null;
}

function hostsOf(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter(
    (_, index) => index % 2 === 1 && /^host$/i.test(rawHeaders[index - 1] ?? ''),
  );
}

/** Host names have no case; a port that goes without saying may be said. */
function isSame(authority: string, host: string): boolean {
  const plain = (name: string) =>
    name
      .trim()
      .toLowerCase()
      .replace(/:(80)?$/, '');
  return plain(authority) === plain(host);
}

function badRequest(why: string): Problem {
  return new Problem('bad_request', `The request is not valid HTTP/1.1: ${why}.`);
}
