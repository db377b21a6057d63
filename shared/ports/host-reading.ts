/** Reading the one host through its bridge for a request. */
import type { Bridge, HostReading } from './bridge.ts';
import type { RequestContext } from './request.ts';
import type { DomainServices } from './services.ts';

type Kind = 'images' | 'containers';
type Reading<K extends Kind> = Awaited<ReturnType<Bridge[K]>>;

/** Reads images or containers. A request with `Cache-Control: no-cache` gets a reading that begins now. @throws Problem of the bridge */
export async function hostReading<K extends Kind>(
  { bridge }: Pick<DomainServices, 'bridge'>,
  request: RequestContext,
  kind: K,
): Promise<Reading<K>> {
  const read: Promise<HostReading<unknown>> = bridge[kind]({
    fresh: request.isFresh,
    signal: () => request.signal,
    requestId: request.id,
    calls: request.trace,
  });
  return (await request.log.upstream(read)) as Reading<K>;
}
