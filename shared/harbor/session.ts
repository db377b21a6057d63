/** What one client request asks of Harbor goes through one session: one login, proven once. */
import type { Services } from '../endpoint.ts';
import type { Slice } from '../list-answer.ts';
import { type Caller, createCaller } from './http/call.ts';
import { type Listed, type ListPlan, listAll, listSlice, type Run } from './list.ts';
import { createProven, type Proven } from './proof.ts';

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

export interface HarborSessionOptions {
  /** Sent along as `X-Request-Id`. */
  readonly requestId: string;
  /** Asked for late: making it costs on Node. */
  readonly signal: () => AbortSignal;
}

/** Opens a session for one client request. It keeps nothing for the next one; makes no call yet. */
export function createHarborSession(
  services: Services,
  { requestId, signal }: HarborSessionOptions,
): HarborSession {
  const caller = createCaller(services, requestId);
  return { caller, proven: createProven(caller, signal), signal };
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
