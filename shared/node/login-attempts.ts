/** Slows down who tries tokens at the login of the pages. */
import type { LoginAttempts } from '../http/function-services.ts';
import type { sleep } from '../values/waiting/sleep.ts';

const FIRST_DELAY_MS = 100;
/** Behind a proxy all have one address, so a wrong token of somebody else must not lock anybody out. */
const MAX_DELAY_MS = 5_000;
/** After so long without an attempt, those of an address are forgotten. */
const FORGET_MS = 15 * 60_000;
/** The addresses that are remembered; more make the oldest forgotten. */
const MAX_ADDRESSES = 10_000;

interface Attempts {
  readonly failed: number;
  readonly lastAtMs: number;
}

/**
 * Each attempt waits before its token is compared, twice as long as the one before it from that address, and counts as
 * failed until its token was right: so attempts at the same time and attempts that are given up wait, too.
 */
export function createLoginAttempts(options: {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  readonly sleep: typeof sleep;
}): LoginAttempts {
  const { now, sleep } = options;
  const known = new Map<string, Attempts>();

  const failedFrom = (source: string): number => {
    const { failed = 0, lastAtMs = 0 } = known.get(source) ?? {};
    return now() - lastAtMs < FORGET_MS ? failed : 0;
  };
  const count = (source: string, failed: number): void => {
    known.delete(source); // the last one from now on
    if (failed > 0) known.set(source, { failed, lastAtMs: now() });
    const [oldest] = known.keys();
    if (known.size > MAX_ADDRESSES && oldest !== undefined) known.delete(oldest);
  };

  return {
    async begin(peer, signal) {
      const source = networkOf(peer);
      const failed = failedFrom(source);
      count(source, failed + 1);
      if (failed > 0) await sleep(delayMs(failed), signal);
    },
    succeeded(peer) {
      const source = networkOf(peer);
      count(source, Math.max(0, failedFrom(source) - 1));
    },
  };
}

function delayMs(failed: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failed - 1));
}

/** An address of IPv4, or the network of one of IPv6: a host has all 2^64 addresses of its network. */
function networkOf(peer: string): string {
  if (!peer.includes(':') || peer.includes('.')) return peer;
  const [head = ''] = peer.split('::');
  return [...head.split(':'), '0', '0', '0', '0'].slice(0, 4).join(':');
}
