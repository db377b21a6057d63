/** What the three list endpoints of Harbor share: options, slices, order, answer. */
import type { Exchange } from './exchange.ts';
import type { Slice } from './harbor/list.ts';
import type { HarborSession } from './harbor/session.ts';
import {
  arrange,
  cut,
  encodeList,
  type ListKind,
  listAnswer,
  type Row,
  readListOptions,
} from './list-answer.ts';

/** Opens the exchange's session with Harbor: no state crosses from one request to another. */
export function harborSession(exchange: Exchange): HarborSession {
  const { harbor_host, verify_ssl } = exchange.services.configuration.harbor_config;
  if (!verify_ssl && harbor_host?.startsWith('https:'))
    exchange.fields['harbor_tls'] = 'not verified';
  return exchange.services.harbor.session({
    requestId: exchange.requestId,
    signal: () => exchange.signal,
  });
}

/**
 * Answers a list. A slice in Harbor's own order costs only the pages that cover it; a search or
 * another order needs the complete list.
 */
export async function answerHarborList<R extends Row>(
  exchange: Exchange,
  kind: ListKind<R>,
  fetchRows: (
    session: HarborSession,
    slice: Slice | null,
  ) => Promise<{ readonly rows: readonly R[]; readonly total: number }>,
): Promise<Response> {
  const options = readListOptions(exchange.query, kind);
  const { slice } = options;
  const native = options.q === null && options.sort === null;
  const found = await exchange.upstream(fetchRows(harborSession(exchange), native ? slice : null));
  const arranged = arrange(found.rows, options, kind);
  const rows = native ? arranged : cut(arranged, slice);
  const total = native ? found.total : arranged.length;
  return listAnswer(exchange, await encodeList(exchange, rows), { total, slice });
}
