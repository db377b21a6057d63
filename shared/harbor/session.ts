/** What one client request asks of Harbor goes through one session: one login, proven once. */
import type { Caller } from './http/call.ts';
import { type Listed, type ListPlan, listAll, listSlice, type Run, type Slice } from './list.ts';
import type { Proven } from './proof.ts';

/**
 * Given to the operations on projects, repositories, artifacts and the crawl. Every one of those
 * rejects with a `Problem` (`harbor_not_configured` and `unsupported_here` too), or with the
 * signal's reason.
 */
export interface HarborSession {
  readonly caller: Caller;
  readonly proven: Proven;
  /** Aborts when the client goes away. */
  readonly signal: () => AbortSignal;
}

export interface SessionOptions {
  /** Sent as `X-Request-Id`. */
  readonly requestId: string;
  /** Lazy: creating the signal is expensive on Node. */
  readonly signal: () => AbortSignal;
}

/** The rows of a list, or of one slice of it. A null slice asks for all. */
export async function list<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  slice: Slice | null,
): Promise<Listed<Row>> {
  if (slice !== null) return listSlice(caller, plan, run, slice);
  const rows = await listAll(caller, plan, run);
  return { rows, total: rows.length };
}
