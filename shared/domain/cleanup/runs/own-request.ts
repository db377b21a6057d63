/** A request that stands in for another one, for work that outlives it. */
import { executionContext } from '../../../http/answer.ts';
import { createFunction, type FunctionContext } from '../../../http/function.ts';

/**
 * A context with the services, id, trace, log and caller of `outer`, and with a signal of its own: it does not abort
 * when the client of `outer` leaves.
 */
export function ownRequest(outer: FunctionContext, signal: AbortSignal): Promise<FunctionContext> {
  return new Promise((resolve, reject) => {
    const app = createFunction();
    app.all('*', (c) => {
      for (const name of ['services', 'requestId', 'trace', 'log', 'caller'] as const) {
        c.set(name, outer.get(name));
      }
      resolve(c);
      return new Response(null);
    });
    const request = new Request('http://localhost/', { signal });
    const answered = app.fetch(request, outer.env, executionContext(outer));
    Promise.resolve(answered).catch(reject);
  });
}
