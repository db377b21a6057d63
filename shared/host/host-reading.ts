/** Reads the host through the bridge, for the endpoints that need it. */
import type { Exchange } from '../exchange.ts';
import type { Bridge, HostReading } from './bridge.ts';
import { noBridge } from './no-bridge.ts';

type Kind = 'images' | 'containers';
type Reading<K extends Kind> = Awaited<ReturnType<Bridge[K]>>;

/**
 * Asks the bridge. `Cache-Control: no-cache` on the request asks for a run that begins now.
 * @throws Problem as the bridge does
 */
export async function hostReading<K extends Kind>(
  exchange: Exchange,
  kind: K,
  fresh = wantsFresh(exchange.request.headers),
): Promise<Reading<K>> {
  const bridge = exchange.services.bridge ?? noBridge;
  const reading = await exchange.upstream<HostReading<unknown>>(
    bridge[kind]({
      fresh,
      signal: () => exchange.signal,
      requestId: exchange.requestId,
    }),
  );
  return reading as Reading<K>;
}

function wantsFresh(headers: Headers): boolean {
  return headers.get('cache-control')?.toLowerCase().includes('no-cache') ?? false;
}
