/** Counts the requests to a webhook that are not taken. */
import type { FunctionContext, FunctionMiddleware } from '../http/function.ts';
import type { NotTaken } from '../metrics/webhook-metrics.ts';

/** @param count counts one; the handler counts the requests that are taken */
export function countRefusals(
  count: (c: FunctionContext, outcome: NotTaken) => void,
): FunctionMiddleware {
  return async function countRefusals(c, next) {
    await next();
    if (c.error !== undefined) count(c, outcomeOf(c.res.status));
  };
}

function outcomeOf(status: number): NotTaken {
  if (status === 401 || status === 403) return 'refused';
  if (status === 503) return 'overloaded';
  return status < 500 ? 'invalid' : 'failed';
}
