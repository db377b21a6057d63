/** Requests that Node's parser accepts but RFC 9112 does not, or that two readers may understand differently. */
import type { IncomingMessage } from 'node:http';
import { Problem } from '../../values/problem.ts';

/** Why a request is refused before it reaches the app; null if it is well-formed. */
export function malformed(incoming: IncomingMessage): Problem | null {
  const { url: target = '', httpVersion, headers } = incoming;
  if (!/^1\.[01]$/.test(httpVersion)) return badRequest(`its version is HTTP/${httpVersion}`);
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && (coding.toLowerCase() !== 'chunked' || httpVersion === '1.0')) {
    // RFC 9112, 6.1: another reader may find another end of the body.
    return badRequest('only the Transfer-Encoding "chunked" is allowed, and only in HTTP/1.1');
  }
  const hosts = hostsOf(incoming.rawHeaders);
  const [host] = hosts;
  if (hosts.length > 1) return badRequest('it has more than one Host header');
  if (host === undefined && httpVersion !== '1.0') return badRequest('it has no Host header');
  // Some readers cut the target at "#" and others do not, so they would see different queries.
  if (target.includes('#'))
    return badRequest('its target contains "#"; fragments must not be sent');
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

/** Host names are case-insensitive, and the default port may be given. */
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
