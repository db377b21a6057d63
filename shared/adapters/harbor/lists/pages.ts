/** The pages of one of Harbor's lists. Paging works by offset on live data (docs/harbor.md#paging). */
import { Problem } from '../../../values/problem.ts';
import { sideBySide } from '../../../values/waiting/side-by-side.ts';
import type { Caller } from '../http/call.ts';
import type { HarborPath } from '../http/url.ts';
import type { PageRows } from '../http/wire.ts';

/** A list of Harbor and its parser. */
export interface ListPlan<Row> {
  readonly path: HarborPath;
  readonly query: Readonly<Record<string, string>>;
  /** `X-Is-Resource-Name` for paths that also take ids. */
  readonly byName?: boolean;
  /** True if clients can ask for a slice of it, which does not need the complete list. */
  readonly sliceable?: boolean;
  /** Reads one page and keeps only the needed fields. */
  readonly read: (body: unknown) => PageRows<Row>;
  /** Identifies repeated rows, which a push during the scan causes. */
  readonly key: (row: Row) => string | number;
}

/** The progress of a list. */
export interface Progress {
  readonly caller: Caller;
  readonly startedAtMs: number;
  pagesArrived: number;
  /** The rest of the time limit after a slow try. Used until a page arrives. */
  nextTimeoutMs?: number;
}

/** One list that is being read. */
export interface Reading<Row> extends Progress {
  readonly plan: ListPlan<Row>;
  readonly signal: AbortSignal;
}

/** One page. */
export interface ListPage<Row> extends PageRows<Row> {
  /** `X-Total-Count`; null if it is missing or impossible. */
  readonly total: number | null;
}

/** Begins to read a list. */
export function startReading<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
): Reading<Row> {
  return { caller, plan, signal, startedAtMs: caller.options.now(), pagesArrived: 0 };
}

/** The pages `from` to `to` side by side, in order. */
export function fetchPages<Row>(
  reading: Reading<Row>,
  { from, to, pageSize }: { readonly from: number; readonly to: number; readonly pageSize: number },
): Promise<readonly ListPage<Row>[]> {
  const numbers = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
  return sideBySide(reading.signal, numbers, (number, signal) =>
    fetchPage(reading, { number, pageSize, signal }),
  );
}

/** One page; `number` is from 1. */
export async function fetchPage<Row>(
  reading: Reading<Row>,
  page: { readonly number: number; readonly pageSize: number; readonly signal?: AbortSignal },
): Promise<ListPage<Row>> {
  const { caller, plan, pagesArrived, nextTimeoutMs } = reading;
  const { number, pageSize, signal = reading.signal } = page;
  const { headers, body } = await caller.call({
    method: 'GET',
    path: plan.path,
    query: { page: String(number), page_size: String(pageSize), ...plan.query },
    ...(plan.byName === true ? { byName: true } : {}),
    ...(pagesArrived === 0 && nextTimeoutMs !== undefined ? { timeoutMs: nextTimeoutMs } : {}),
    signal,
    retry: 'unless slow',
  });
  reading.pagesArrived++;
  const total = totalOf(headers);
  const read = plan.read(body);
  // A total that is less than the rows of this page counts something else, so it is ignored.
  const seen = read.rows.length === 0 ? 0 : (number - 1) * pageSize + read.rows.length;
  return { ...read, total: total !== null && total >= seen ? total : null };
}

/** `X-Total-Count`; null if it is missing or not a number. */
export function totalOf(headers: Headers): number | null {
  const total = headers.get('x-total-count');
  return total !== null && /^[0-9]{1,12}$/.test(total) ? Number(total) : null;
}

/** @throws Problem response_too_large if there are more rows than the limit */
export function checkRows<Row>({ caller, plan }: Reading<Row>, rows: number): void {
  const { maxRows, settings } = caller.options;
  if (rows <= maxRows) return;
  const slice = plan.sliceable
    ? ', or ask for a slice with page and page_size, without q and sort'
    : '';
  throw new Problem(
    'response_too_large',
    `GET ${plan.path}: the list has more than ${maxRows} rows. Raise ${settings.maxRows}${slice}.`,
  );
}
