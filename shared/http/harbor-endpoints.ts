/** What the endpoints that ask Harbor have in common: the session of a request, and the answer of a list. */

import type { Slice } from '../harbor/lists/list.ts';
import type { HarborSession } from '../harbor/session.ts';
import type { FunctionContext } from './function.ts';
import {
  encodeList,
  filterAndSort,
  type ListContext,
  type ListDefinition,
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
  return harbor.session({ requestId: c.get('requestId'), signal: () => c.req.raw.signal });
}

/**
 * Answers a list. A slice in Harbor's own order needs only the pages that cover it; a search or
 * another order needs the complete list.
 */
export async function answerHarborList<R extends Row>(
  c: ListContext,
  definition: ListDefinition<R>,
  fetchRows: (
    session: HarborSession,
    slice: Slice | null,
  ) => Promise<{ readonly rows: readonly R[]; readonly total: number }>,
): Promise<Response> {
  const options = listOptions(c.req.valid('query'));
  const { slice } = options;
  const native = options.q === null && options.sort === null;
  const session = harborSession(c);
  const fetched = await c.get('log').upstream(fetchRows(session, native ? slice : null));
  const found = filterAndSort(fetched.rows, options, definition);
  const rows = native ? found : sliceRows(found, slice);
  const total = native ? fetched.total : found.length;
  return listAnswer(c, await encodeList(c, rows), { total, slice });
}
