/** Reading the host through the bridge, for the functions that need it. */
import * as z from 'zod/mini';
import type { FunctionContext } from '../http/function.ts';
import type { Bridge, HostReading } from './bridge.ts';

type Kind = 'images' | 'containers';
type Reading<K extends Kind> = Awaited<ReturnType<Bridge[K]>>;

/** Header that asks for a reading that begins now, for `input`. */
export const hostHeaders = z.object({ 'cache-control': z.optional(z.string()) });

/**
 * Asks the bridge, `fresh` for a reading that begins now.
 * @throws Problem of the bridge
 */
export async function hostReading<K extends Kind>(
  c: FunctionContext,
  kind: K,
  fresh: boolean,
): Promise<Reading<K>> {
  const options = { fresh, signal: () => c.req.raw.signal, requestId: c.get('requestId') };
  const read: Promise<HostReading<unknown>> = c.get('services').bridge[kind](options);
  return (await c.get('log').upstream(read)) as Reading<K>;
}

/** Whether a request says `Cache-Control: no-cache`. */
export function wantsFresh(headers: z.output<typeof hostHeaders>): boolean {
  return headers['cache-control']?.toLowerCase().includes('no-cache') ?? false;
}
