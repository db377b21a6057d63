/**
 * Complete lists and slices of Harbor's lists. Paging there is by offset and no snapshot, pages may
 * be short and totals may be missing (docs/harbor.md#paging); what cannot be completed is an error.
 */
import { Problem } from '../problem.ts';
import type { Caller } from './http/call.ts';
import { HarborProblem, isSlow } from './http/failure.ts';
import type { HarborPath } from './http/url.ts';
import type { PageRows } from './http/wire.ts';

/** A page of rows as a client asks for it. */
export interface Slice {
  /** From 1. */
  readonly page: number;
  /** From 1 to 1000. */
  readonly pageSize: number;
}

/** A list of Harbor and how its rows are read. */
export interface ListPlan<Row> {
  readonly path: HarborPath;
  readonly query: Readonly<Record<string, string>>;
  /** `X-Is-Resource-Name` for paths that also take ids. */
  readonly byName?: boolean;
  /** Reads one page, reduced to what is kept. */
  readonly read: (body: unknown) => PageRows<Row>;
  /** Tells repeated rows, which a push during the scan brings. */
  readonly key: (row: Row) => string | number;
}

/** One run of calls, which ends together. */
export interface Run {
  readonly signal: AbortSignal;
  /** Pages that were asked for. */
  pages: number;
}

export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

interface Page<Row> extends PageRows<Row> {
  /** `X-Total-Count`; null when it is missing or cannot be. */
  readonly total: number | null;
}

interface Scan<Row> {
  readonly rows: readonly Row[];
  /** `changed`: rows were added or removed meanwhile; `short`: rows are missing. */
  readonly state: 'complete' | 'changed' | 'filtered' | 'short';
  /** Nothing that was there from the beginning is missing, as far as counts can tell. */
  readonly covers: boolean;
}

/** Harbor takes no more. Where it is too slow for that, smaller pages are tried. */
const PAGE_SIZES = [100, 50, 25] as const;
const MAX_SCANS = 3;
/** A push or a deletion between the pages of a slice repeats rows or skips some. */
const SLICE_TRIES = 2;
/** Empty pages in the middle of a list that Harbor 2.5 can have. */
const MAX_GAP = 2;

/** All rows, in order, each once. @throws Problem response_too_large, harbor_bad_response, … */
export function listAll<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
): Promise<readonly Row[]> {
  return withSmallerPages(caller, PAGE_SIZES, (pageSize) => scanAgain(caller, plan, run, pageSize));
}

/** The rows of one slice, from the pages that cover it, and how many there are in all. */
export async function listSlice<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  slice: Slice,
): Promise<Listed<Row>> {
  const start = (slice.page - 1) * slice.pageSize;
  const sizes = PAGE_SIZES.map((size) => Math.min(size, slice.pageSize));
  const found = await withSmallerPages(caller, [...new Set(sizes)], async (pageSize) => {
    const number = Math.floor(start / pageSize) + 1;
    const skipped = start - (number - 1) * pageSize;
    for (let tries = 1; tries <= SLICE_TRIES; tries++) {
      const first = await fetchPage(caller, plan, run, { number, pageSize });
      if (first.total === null) return null;
      const end = Math.min(start + slice.pageSize, first.total);
      const to = Math.ceil(end / pageSize);
      const rest = await fetchPages(caller, plan, run, { from: number + 1, to, pageSize });
      const covering = [first, ...rest].flatMap((page) => page.rows);
      const rows = unique(plan, covering.slice(skipped, skipped + slice.pageSize));
      if (rows.length >= end - start) return { rows, total: first.total };
    }
    return null;
  });
  if (found !== null) return found;
  // Without a total, or with rows missing from it, only the complete list tells what the slice holds.
  const rows = await listAll(caller, plan, run);
  return { rows: rows.slice(start, start + slice.pageSize), total: rows.length };
}

/** Starts over with smaller pages when a page takes too long although Harbor answers otherwise. */
async function withSmallerPages<T>(
  caller: Caller,
  sizes: readonly number[],
  list: (pageSize: number) => Promise<T>,
): Promise<T> {
  let failure: unknown;
  for (const pageSize of sizes) {
    try {
      return await list(pageSize);
    } catch (err) {
      failure = err;
      if (!isSlow(err) || caller.answers() === 0) break;
    }
  }
  throw failure;
}

/** Scans until one scan is complete, a bounded number of times. */
async function scanAgain<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  pageSize: number,
): Promise<readonly Row[]> {
  let before: Scan<Row> | null = null;
  for (let scans = 1; scans <= MAX_SCANS; scans++) {
    const scan: Scan<Row> = await scanOnce(caller, plan, run, pageSize);
    if (scan.state === 'complete') return scan.rows;
    const same = before?.state === scan.state && before.rows.length === scan.rows.length;
    if (scan.state === 'filtered' && same) return scan.rows;
    if (scan.state === 'short' && before?.state === 'short') break;
    // Pushes only add rows at the front; a list that keeps growing is complete as of its beginning.
    if (scans === MAX_SCANS && scan.covers) return scan.rows;
    before = scan;
  }
  throw new HarborProblem(
    { method: 'GET', path: plan.path },
    'harbor_bad_response',
    before?.state === 'changed'
      ? `the list kept changing while it was read, ${MAX_SCANS} times over. Try again when less is deleted.`
      : 'the list stops short of the total that Harbor gives for it, twice over. ' +
          'Look at the log of harbor-core, and at caches between.',
  );
}

async function scanOnce<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  pageSize: number,
): Promise<Scan<Row>> {
  const first = await fetchPage(caller, plan, run, { number: 1, pageSize });
  const { total } = first;
  if (total === null) {
    const rows = await followPages(caller, plan, run, { first, pageSize });
    return { rows, state: 'complete', covers: true };
  }
  checkRows(caller, plan, total);
  const to = Math.ceil(total / pageSize);
  const rest = await fetchPages(caller, plan, run, { from: 2, to, pageSize });
  const pages = [first, ...rest];
  const rows = unique(
    plan,
    pages.flatMap((page) => page.rows),
  );
  const totals = pages.map((page) => page.total ?? total);
  const shrank = totals.some((later, index) => later < (totals[index - 1] ?? 0));
  const covers = !shrank && rows.length >= total;
  if (new Set(totals).size > 1) return { rows, state: 'changed', covers };
  if (covers) return { rows, state: 'complete', covers };
  const filtered = looksFiltered(pages) && rows.length === sum(pages);
  return { rows, state: filtered ? 'filtered' : 'short', covers: filtered };
}

/** Whether pages are short the way Harbor 2.5 makes them short, and not because the list broke off. */
function looksFiltered(pages: readonly Page<unknown>[]): boolean {
  if (!pages.some(({ mayBeShort }) => mayBeShort) || pages.at(-1)?.rows.length === 0) return false;
  let gap = 0;
  return pages.every(({ rows }) => {
    gap = rows.length === 0 ? gap + 1 : 0;
    return gap <= MAX_GAP;
  });
}

/** Without a total: until an empty page, or one that brings nothing new. */
async function followPages<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  { first, pageSize }: { readonly first: Page<Row>; readonly pageSize: number },
): Promise<readonly Row[]> {
  const rows = new Map(first.rows.map((row) => [plan.key(row), row]));
  const mayGap = first.mayBeShort ? MAX_GAP : 0;
  let gap = first.rows.length === 0 ? 1 : 0;
  for (let number = 2; gap <= mayGap; number++) {
    const page = await fetchPage(caller, plan, run, { number, pageSize });
    gap = page.rows.length === 0 ? gap + 1 : 0;
    const before = rows.size;
    for (const row of page.rows) if (!rows.has(plan.key(row))) rows.set(plan.key(row), row);
    if (page.rows.length > 0 && rows.size === before) break;
    checkRows(caller, plan, rows.size);
  }
  return [...rows.values()];
}

/** Pages side by side, in order. The first failure ends the others. */
async function fetchPages<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  { from, to, pageSize }: { readonly from: number; readonly to: number; readonly pageSize: number },
): Promise<readonly Page<Row>[]> {
  if (to < from) return [];
  const siblings = new AbortController();
  const signal = AbortSignal.any([run.signal, siblings.signal]);
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  try {
    return await Promise.all(
      numbers.map((number) => fetchPage(caller, plan, run, { number, pageSize, signal })),
    );
  } catch (err) {
    siblings.abort(err);
    throw err;
  }
}

async function fetchPage<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  run: Run,
  page: { readonly number: number; readonly pageSize: number; readonly signal?: AbortSignal },
): Promise<Page<Row>> {
  run.pages++;
  const { headers, body } = await caller.call({
    method: 'GET',
    path: plan.path,
    query: { page: String(page.number), page_size: String(page.pageSize), ...plan.query },
    ...(plan.byName === true ? { byName: true } : {}),
    signal: page.signal ?? run.signal,
    retry: 'unless slow',
  });
  const total = headers.get('x-total-count');
  const counted = total !== null && /^[0-9]{1,12}$/.test(total) ? Number(total) : null;
  const read = plan.read(body);
  // A total that this very page exceeds counts something else: then as if there were none.
  const seen = read.rows.length === 0 ? 0 : (page.number - 1) * page.pageSize + read.rows.length;
  return { ...read, total: counted !== null && counted >= seen ? counted : null };
}

function checkRows<Row>(caller: Caller, plan: ListPlan<Row>, rows: number): void {
  const { maxRows, settings } = caller.options;
  if (rows <= maxRows) return;
  throw new Problem(
    'response_too_large',
    `GET ${plan.path}: the list has more than ${maxRows} rows. Ask for a slice with page and ` +
      `page_size, or raise ${settings.maxRows}.`,
  );
}

function unique<Row>({ key }: ListPlan<Row>, rows: readonly Row[]): readonly Row[] {
  const seen = new Map<string | number, Row>();
  for (const row of rows) if (!seen.has(key(row))) seen.set(key(row), row);
  return seen.size === rows.length ? rows : [...seen.values()];
}

function sum(pages: readonly Page<unknown>[]): number {
  return pages.reduce((rows, page) => rows + page.rows.length, 0);
}
