/** What a network can do to a connection, as toxiproxy does it. */
import type { Toxic, ToxicProxy } from '../toxiproxy.ts';

const toxic =
  (
    type: Toxic['type'],
    attributes: Toxic['attributes'],
    stream: NonNullable<Toxic['stream']> = 'downstream',
  ) =>
  (proxy: ToxicProxy) =>
    proxy.poison({ type, stream, attributes });

const FAULTS = {
  'answers are late, each by another time': toxic('latency', { latency: 150, jitter: 120 }),
  'requests are late, each by another time': toxic(
    'latency',
    { latency: 150, jitter: 120 },
    'upstream',
  ),
  'one kilobyte arrives each second': toxic('bandwidth', { rate: 1 }),
  'connections are reset': toxic('reset_peer', { timeout: 30 }),
  'connections end in the middle of an answer': toxic('limit_data', { bytes: 700 }),
  'connections end in the middle of a request': toxic('limit_data', { bytes: 150 }, 'upstream'),
  'answers vanish': toxic('timeout', { timeout: 0 }),
  'requests vanish': toxic('timeout', { timeout: 0 }, 'upstream'),
  'connections close slowly': toxic('slow_close', { delay: 1000 }),
  'connections are refused': (proxy: ToxicProxy) => proxy.down(),
} as const;

export type NetworkFault = keyof typeof FAULTS;
export const NETWORK_FAULTS = Object.keys(FAULTS) as readonly NetworkFault[];

/** Begins a fault on all proxies of a link. */
export async function begin(fault: NetworkFault, proxies: readonly ToxicProxy[]): Promise<void> {
  await Promise.all(proxies.map(FAULTS[fault]));
}

/** Ends all faults. */
export async function end(proxies: readonly ToxicProxy[]): Promise<void> {
  await Promise.all(proxies.map((proxy) => proxy.heal()));
}
