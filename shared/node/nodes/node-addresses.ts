/** The addresses of bridges that a DNS name has, looked up again as time passes. */

import pTimeout from 'p-timeout';
import type { Logger } from '../../ports/logger.ts';
import type { NodesDns } from '../../values/configuration/configuration.ts';
import { Problem } from '../../values/problem.ts';
import { createSharedRuns } from '../../values/waiting/shared-runs.ts';
import { codeOf } from '../system/error-code.ts';
import type { DnsAddress, DnsResolver } from './dns-resolver.ts';

/** How old a look-up may be. */
const LOOKUP_MAX_AGE_MS = 10_000;
/** The resolver has limits of its own, which are longer with several search domains. */
const LOOKUP_TIMEOUT_MS = 4000;

/** The known addresses. */
export interface KnownAddresses {
  /** `host:port`, sorted. */
  readonly addresses: readonly string[];
  /** Those that earlier records had. A bridge that fails leaves the records too, and some servers answer a part of them. */
  readonly gone: ReadonlySet<string>;
  /** Why they may not be all; null after a successful look-up. */
  readonly problem: Problem | null;
}

export interface NodeAddressesOptions {
  readonly dns: NodesDns;
  readonly resolver: DnsResolver;
  /** How long an address is used after a good look-up first misses it; and after it was found, while look-ups fail. */
  readonly maxStaleMs: number;
  readonly logger: Logger;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

/** The known times of an address. */
interface Seen {
  /** When a look-up last found it. */
  readonly foundAtMs: number;
  /** When a good look-up first missed it since; null: none did. */
  readonly missedAtMs: number | null;
}

/**
 * Makes a function that looks the name up, or uses a look-up that is at most `maxAgeMs` old, and never older than
 * ten seconds. It does not reject.
 */
export function createNodeAddresses(
  options: NodeAddressesOptions,
): (maxAgeMs?: number) => Promise<KnownAddresses> {
  const { dns, resolver, maxStaleMs, logger, now } = options;
  const seen = new Map<string, Seen>();
  const lookup = createSharedRuns<KnownAddresses>({
    name: `the addresses of ${dns.name}`,
    maxAgeMs: LOOKUP_MAX_AGE_MS,
    maxWaiting: Number.POSITIVE_INFINITY,
    now,
    run: async () => {
      const atMs = now();
      const { found, problem } = await pTimeout(addressesOf(dns, resolver), {
        milliseconds: LOOKUP_TIMEOUT_MS,
        fallback: () =>
          Promise.reject(Object.assign(new Error('it took too long'), { code: 'ETIMEOUT' })),
      }).then(
        (addresses) => ({ found: new Set(addresses), problem: null }),
        (err: unknown) => ({ found: new Set<string>(), problem: failed(err) }),
      );
      report(problem);
      if (problem !== null) {
        const recent = [...seen].filter(([, { foundAtMs }]) => now() - foundAtMs <= maxStaleMs);
        const addresses = recent.map(([address]) => address).toSorted();
        return { addresses, gone: new Set(), problem };
      }
      for (const address of found) seen.set(address, { foundAtMs: atMs, missedAtMs: null });
      const gone = new Set<string>();
      for (const [address, { foundAtMs, missedAtMs }] of seen) {
        if (found.has(address)) continue;
        // The time counts from the first miss: it may be long since it was found if nobody has asked in between.
        const firstMs = missedAtMs ?? atMs;
        if (atMs - firstMs > maxStaleMs) {
          seen.delete(address);
        } else {
          seen.set(address, { foundAtMs, missedAtMs: firstMs });
          gone.add(address);
        }
      }
      return { addresses: [...seen.keys()].toSorted(), gone, problem };
    },
  });
  let reported: string | null = null;
  /** Logs a failure once, not with each look-up. */
  function report(problem: Problem | null): void {
    const detail = problem?.message ?? null;
    if (detail === reported) return;
    reported = detail;
    const fields = { name: dns.name };
    if (problem === null) logger.log('WARNING', 'the nodes can be looked up again', fields);
    else {
      const { cause: err } = problem;
      logger.log('WARNING', 'the nodes cannot be looked up', { ...fields, detail, err });
    }
  }

  return async (maxAgeMs = LOOKUP_MAX_AGE_MS) =>
    (await lookup({ maxAgeMs: Math.min(maxAgeMs, LOOKUP_MAX_AGE_MS) })).value;
}

const ADDRESS = /^(?:[\w-]+(?:\.[\w-]+)*\.?|\[[\da-f:.]+\]):\d+$/i;

/** A look-up without an error that proves nothing: no records do not mean that there are no nodes. */
class InvalidRecords extends Error {
  override readonly name = 'InvalidRecords';
}

async function addressesOf(
  { name, port }: NodesDns,
  resolver: DnsResolver,
): Promise<readonly string[]> {
  const found =
    port === null
      ? await resolver.services(name)
      : (await resolver.addresses(name)).map((host) => ({ host, port }));
  if (found.length === 0) {
    throw new InvalidRecords(`it has no ${port === null ? 'SRV' : 'A or AAAA'} records`);
  }
  const addresses = found.map(addressText);
  // The target of an SRV record may be any text, and would be more than a host in a URL; `.` says that there is no
  // such service (RFC 2782).
  if (!addresses.every((address) => ADDRESS.test(address) && URL.canParse(`https://${address}`))) {
    throw new InvalidRecords('a record has a target that is not the name of a host');
  }
  return addresses;
}

function failed(err: unknown): Problem {
  const why =
    err instanceof InvalidRecords
      ? err.message
      : `the look-up failed (${codeOf(err) ?? 'see the log'})`;
  return new Problem(
    'bridge_unavailable',
    `The nodes cannot be looked up: ${why}. Check nodes_config.nodes_dns, the name servers, and whether ` +
      'the bridges are running.',
    { cause: err },
  );
}

/** `host:port`, of an IPv6 address with brackets. */
function addressText({ host, port }: DnsAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
