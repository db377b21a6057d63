/** The addresses of bridges that a DNS name has, looked up again as time passes. */
import type { NodesDns } from '../../configuration/configuration.ts';
import { Problem } from '../../problem.ts';
import { codeOf } from '../error-code.ts';
import { createSharedRuns } from '../shared-runs.ts';
import type { DnsAddress, DnsResolver } from './dns-resolver.ts';

/** How old a look-up may be. */
const LOOKUP_MAX_AGE_MS = 10_000;
/** The resolver has limits of its own, which are longer with several search domains. */
const LOOKUP_TIMEOUT_MS = 4000;

/** What is known of the addresses. */
export interface KnownAddresses {
  readonly addresses: readonly DnsAddress[];
  /** Why they may not be all; null after a successful look-up. */
  readonly problem: Problem | null;
}

export interface NodeAddressesOptions {
  readonly dns: NodesDns;
  readonly resolver: DnsResolver;
  /** How long the addresses of an earlier look-up are used while look-ups fail. */
  readonly maxStaleMs: number;
  /** Milliseconds on a clock that never jumps. */
  readonly now: () => number;
}

/** Makes a function that looks the name up, or uses a recent look-up. It does not reject. */
export function createNodeAddresses(options: NodeAddressesOptions): () => Promise<KnownAddresses> {
  const { dns, resolver, maxStaleMs, now } = options;
  let good: { readonly addresses: readonly DnsAddress[]; readonly atMs: number } | null = null;
  const lookup = createSharedRuns<KnownAddresses>({
    name: `the addresses of ${dns.name}`,
    maxAgeMs: LOOKUP_MAX_AGE_MS,
    maxWaiting: Number.POSITIVE_INFINITY,
    now,
    run: async () => {
      const atMs = now();
      try {
        const addresses = await inTime(addressesOf(dns, resolver));
        good = { addresses, atMs };
        return { addresses, problem: null };
      } catch (err) {
        const usable = good !== null && now() - good.atMs <= maxStaleMs;
        return { addresses: usable && good ? good.addresses : [], problem: failed(dns, err) };
      }
    },
  });
  return async () => (await lookup()).value;
}

/** No records are no proof that there are no nodes. */
class NoRecords extends Error {}

async function addressesOf(
  { name, port }: NodesDns,
  resolver: DnsResolver,
): Promise<readonly DnsAddress[]> {
  const found =
    port === null
      ? await resolver.services(name)
      : (await resolver.addresses(name)).map((host) => ({ host, port }));
  if (found.length === 0) throw new NoRecords();
  const byText = new Map(found.map((address) => [hostAndPort(address), address]));
  return [...byText.keys()].toSorted().flatMap((text) => byText.get(text) ?? []);
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const error = Object.assign(new Error('it took too long'), { code: 'ETIMEOUT' });
    timer = setTimeout(() => reject(error), LOOKUP_TIMEOUT_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function failed({ port }: NodesDns, err: unknown): Problem {
  const why =
    err instanceof NoRecords
      ? `it has no ${port === null ? 'SRV' : 'A or AAAA'} records`
      : `the look-up failed (${codeOf(err) ?? 'see the log'})`;
  return new Problem(
    'bridge_unavailable',
    `The nodes cannot be looked up: ${why}. Check nodes_config.nodes_dns, the name servers, and whether ` +
      'the bridges are running.',
    { cause: err },
  );
}

/** `host:port`, of an IPv6 address with brackets. */
export function hostAndPort({ host, port }: DnsAddress): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
