/** Counts the requests to a webhook that are not taken. */

import type { NotTaken } from '../ports/metrics/counters.ts';
import { Problem } from '../values/problem.ts';
import type { FunctionContext, FunctionMiddleware } from './function.ts';

/** @param count counts one; the handler counts the requests that are taken */
export function countRefusals(
  count: (c: FunctionContext, outcome: NotTaken) => void,
): FunctionMiddleware {
  return async function countRefusals(c, next) {
    await next();
    if (c.error !== undefined) count(c, outcomeOf(c.error));
  };
}

function outcomeOf(err: unknown): NotTaken {
  if (!(err instanceof Problem)) return 'failed';
  if (err.status === 401 || err.status === 403) return 'refused';
  if (err.code === 'overloaded') return 'overloaded';
  return err.status < 500 ? 'invalid' : 'failed';
}
