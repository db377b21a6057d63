/** Work that continues after the answer. */
import type { FunctionContext } from './function.ts';

/**
 * Continues work after the answer (`waitUntil`), and logs its failure. On Lambda `work` has ended by then,
 * because the adapter waits for it.
 */
export function defer(c: FunctionContext, work: Promise<unknown>): void {
  const logged = work.catch((err: unknown) => {
    const fields = { request_id: c.get('requestId'), err };
    c.get('services').logger.log('ERROR', 'work after the answer failed', fields);
  });
  // The process itself continues the work if there is no execution context.
  executionContext(c)?.waitUntil(logged);
}

/** The runtime's execution context; undefined if it has none, in which case Hono throws. */
export function executionContext(c: FunctionContext): FunctionContext['executionCtx'] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}
