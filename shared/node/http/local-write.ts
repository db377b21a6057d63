/**
 * The local-write rule (DESIGN, Access): a write without a token is accepted when it provably comes
 * from root or the service's own user on this very machine, not through a proxy and not through a browser.
 */

import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import type { LocalWrite } from '../../access.ts';
import { isLoopbackHost } from '../../configuration/values.ts';

/** The four values that name a TCP connection, as `net.Socket` has them. */
export interface SocketAddresses {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
}

/** Headers that proxies and content networks add; a direct request has none of them. */
const FORWARDING =
  /^(forwarded|via|true-client-ip|client-ip|fastly-client-ip|proxy-.*|x-(forwarded|original|envoy|azure|amzn?|appengine|cluster|proxy(user)?)\b.*|x-(real|client|remote)-(ip|addr)|(cf|cdn|fly)-.*)$/;

/** Linux's table of TCP sockets; connections of IPv4 may stand in either. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

const ROOT = 0;

/**
 * Whether a request is a local write, and whose. The owner of the caller's socket must be root or
 * `process.getuid()`, this process's user.
 */
export async function judgeLocalWrite(request: {
  readonly socket: SocketAddresses;
  readonly headers: Headers;
}): Promise<LocalWrite> {
  const refused = (refusal: string): LocalWrite => ({ refusal });
  const refusal = headerRefusal(request.headers);
  if (refusal !== null) return refused(refusal);
  const { remoteAddress, remotePort, localAddress, localPort } = request.socket;
  const peer = procAddress(remoteAddress, remotePort);
  const own = procAddress(localAddress, localPort);
  if (peer === null || own === null) return refused('it does not come over the loopback interface');

  // Twice: a socket that its owner closes in between loses its uid, which then reads as root's.
  const owners = [await ownerOf(peer, own), await ownerOf(peer, own)];
  const [first, second] = owners;
  if (first === undefined || first === null || first !== second) {
    return refused('the owner of its socket could not be found');
  }
  if (first === ROOT || first === process.getuid?.()) return { uid: first };
  return refused(`its socket belongs to user id ${first}, neither root nor the service's own`);
}

function headerRefusal(headers: Headers): string | null {
  for (const name of headers.keys()) {
    if (FORWARDING.test(name)) return `it carries the forwarding header ${name}`;
  }
  const [, host = ''] = /^([^:]+|\[[^\]]*\])(?::\d+)?$/.exec(headers.get('host') ?? '') ?? [];
  if (!isLoopbackHost(host)) return 'its Host is not localhost, 127.0.0.0/8 or [::1]';
  if (headers.has('origin')) return 'it carries an Origin, as a web page does';
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'none') return 'a web page sent it (Sec-Fetch-Site)';
  return null;
}

/** A loopback address and port in the notations of `/proc/net/tcp` and `tcp6`; null for any other. */
function procAddress(
  address: string | undefined,
  port: number | undefined,
): readonly string[] | null {
  if (address === undefined || port === undefined) return null;
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  if (address === '::1') return [words([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]) + end];
  const [, v4] = /^(?:::ffff:)?(127(?:\.\d{1,3}){3})$/i.exec(address) ?? [];
  if (v4 === undefined) return null;
  const bytes = v4.split('.').map(Number);
  return [
    words(bytes) + end,
    // The same connection made or accepted by a dual-stack socket.
    words([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...bytes]) + end,
  ];
}

/** Bytes in network order as the kernel prints them: words of 32 bits in the machine's order. */
function words(bytes: readonly number[]): string {
  const hex = bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  const grouped = hex.map((_, index) => {
    const first = index - (index % 4);
    return hex[endianness() === 'LE' ? first + 3 - (index % 4) : index];
  });
  return grouped.join('');
}

async function ownerOf(peer: readonly string[], own: readonly string[]): Promise<number | null> {
  for (const path of TABLES) {
    const table = await readFile(path, 'utf8').catch(() => ''); // No IPv6, or `/proc/net` is hidden.
    const owner = findSocketOwner(table, { local: peer, remote: own });
    if (owner !== null) return owner;
  }
  return null;
}

/**
 * The user id that owns an established socket, from the text of `/proc/net/tcp` or `tcp6`; null when it is not there.
 * Rows in any other state are passed over: the kernel prints sockets without a process (closed,
 * TIME_WAIT) with uid 0 and, mostly, inode 0, so that anyone could pass for root by hanging up.
 * @param ends addresses in the table's own notation, each in every form that counts as equal
 */
export function findSocketOwner(
  table: string,
  ends: { readonly local: readonly string[]; readonly remote: readonly string[] },
): number | null {
  const ESTABLISHED = '01';
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', state, , , , uid = '', , inode] = line.trim().split(/\s+/);
    if (!ends.local.includes(local) || !ends.remote.includes(remote)) continue;
    if (state === ESTABLISHED && inode !== undefined && inode !== '0' && /^\d+$/.test(uid)) {
      return Number(uid);
    }
  }
  return null;
}
