/** Reading the host through the bridge, for the functions that need it. */
import * as z from 'zod/mini';
import type { Bridge, HostReading, HostReadOptions, TimedNodeReading } from '../ports/bridge.ts';
import type { FunctionContext } from './function.ts';
import { listHeaders } from './list-answer.ts';

type Kind = 'images' | 'containers';
type Reading<K extends Kind> = Awaited<ReturnType<Bridge[K]>>;

/** Header that asks for a reading that begins now, for `input`; `wantsFresh` reads it. */
export const hostHeaders = z.object({ 'cache-control': z.optional(z.string()) });

/** The headers of lists that are made from a reading. */
export const readingListHeaders = z.extend(listHeaders, hostHeaders.shape);

/**
 * Asks the bridge, `fresh` for a reading that begins now.
 * @throws Problem of the bridge
 */
export async function hostReading<K extends Kind>(
  c: FunctionContext,
  kind: K,
  fresh: boolean,
): Promise<Reading<K>> {
  const read: Promise<HostReading<unknown>> = c.get('services').bridge[kind](optionsOf(c, fresh));
  return (await c.get('log').upstream(read)) as Reading<K>;
}

/** The same for images, containers and facts together. @throws Problem of the bridge */
export function nodeReading(c: FunctionContext, fresh: boolean): Promise<TimedNodeReading> {
  return c.get('log').upstream(c.get('services').bridge.node(optionsOf(c, fresh)));
}

function optionsOf(c: FunctionContext, fresh: boolean): HostReadOptions {
  return {
    fresh,
    signal: () => c.req.raw.signal,
    requestId: c.get('requestId'),
    calls: c.get('trace'),
  };
}

/** The age that a request allows for what is shared: none, or the default. */
export function allowedAge(c: FunctionContext): { readonly maxAgeMs?: number } {
  return wantsFresh(c) ? { maxAgeMs: 0 } : {};
}

/** Whether a request says `Cache-Control: no-cache`. */
export function wantsFresh(c: FunctionContext): boolean {
  return c.req.header('cache-control')?.toLowerCase().includes('no-cache') ?? false;
}
