/** What the endpoints that ask Harbor have in common: the session of a request, and lists. */

import type { Slice } from '../adapters/harbor/lists/list.ts';
import type { HarborSession } from '../adapters/harbor/session.ts';
import type { FunctionContext } from './function.ts';
import {
  encodeList,
  filterAndSort,
  type ListContext,
  type ListDefinition,
  type ListOptions,
  listAnswer,
  listOptions,
  type Row,
  sliceRows,
} from './list-answer.ts';

/** Opens the request's session with Harbor. Requests do not share sessions. */
export function harborSession(c: FunctionContext): HarborSession {
  const { configuration, harbor } = c.get('services');
  const { harbor_host, verify_ssl } = configuration.harbor_config;
  if (!verify_ssl && harbor_host?.startsWith('https:')) {
    c.get('log').fields['harbor_tls'] = 'not verified';
  }
  return harbor.session({
    requestId: c.get('requestId'),
    calls: c.get('trace'),
    signal: () => c.req.raw.signal,
  });
}

/** Rows of one of Harbor's lists. */
export interface HarborRows<R extends Row> {
  readonly rows: readonly R[];
  /** The number of rows in all slices. */
  readonly total: number;
}

/** What to find in one of Harbor's lists. */
export interface HarborSearch<R extends Row> {
  readonly definition: ListDefinition<R>;
  readonly options: ListOptions;
  /** Reads one slice in Harbor's own order; null reads all. */
  readonly fetchRows: (session: HarborSession, slice: Slice | null) => Promise<HarborRows<R>>;
}

/**
 * Reads the rows that a request asks for. A slice in Harbor's own order needs only the pages that cover it; a
 * search or another order needs the complete list.
 */
export async function findHarborRows<R extends Row>(
  c: FunctionContext,
  { definition, options, fetchRows }: HarborSearch<R>,
): Promise<HarborRows<R>> {
  const { slice } = options;
  const native = isInOwnOrder(options);
  const fetched = await c.get('log').upstream(fetchRows(harborSession(c), native ? slice : null));
  if (native) return fetched;
  const found = filterAndSort(fetched.rows, options, definition);
  return { rows: sliceRows(found, slice), total: found.length };
}

/** Whether a list is neither searched nor sorted, so that its slices are Harbor's. */
export function isInOwnOrder({ q, sort }: ListOptions): boolean {
  return q === null && sort === null;
}

/** Answers a list with the rows that its request asks for. */
export async function answerHarborList<R extends Row>(
  c: ListContext,
  find: (options: ListOptions) => Promise<HarborRows<R>>,
): Promise<Response> {
  const options = listOptions(c.req.valid('query'));
  const { rows, total } = await find(options);
  return listAnswer(c, await encodeList(c, rows), { total, slice: options.slice });
}
