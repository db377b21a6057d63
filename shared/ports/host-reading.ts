/** Reading the one host through its bridge for a request. */
import type { Bridge, HostReading, HostReadOptions, TimedNodeReading } from './bridge.ts';
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
  const read: Promise<HostReading<unknown>> = bridge[kind](optionsOf(request));
  return (await request.log.upstream(read)) as Reading<K>;
}

/** Reads images, containers and facts together. @throws Problem of the bridge */
export function nodeReading(
  { bridge }: Pick<DomainServices, 'bridge'>,
  request: RequestContext,
): Promise<TimedNodeReading> {
  return request.log.upstream(bridge.node(optionsOf(request)));
}

function optionsOf(request: RequestContext): HostReadOptions {
  return {
    fresh: request.isFresh,
    signal: () => request.signal,
    requestId: request.id,
    calls: request.trace,
  };
}
