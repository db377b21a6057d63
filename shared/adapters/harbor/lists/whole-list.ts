/** Reads a list of Harbor or a slice of it, with smaller pages if Harbor is slow. scan.ts decides whether it is complete. */
import { cutSlice, type Listed, type Slice } from '../../../values/slice.ts';
import type { Caller } from '../http/call.ts';
import { isSlow } from '../http/failure.ts';
import { fetchPage, fetchPages, type ListPlan, type Progress, startReading } from './pages.ts';
import { scan, unique } from './scan.ts';

/** Harbor's maximum, and the smaller pages for a Harbor that is too slow. */
const PAGE_SIZES = [100, 50, 25] as const;
/** How often a slice is read: a push or a deletion between its pages repeats rows or skips some. */
const SLICE_TRIES = 2;

/** All rows, in order, each once. @throws Problem response_too_large, harbor_bad_response, … */
export function listAll<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const reading = startReading(caller, plan, signal);
  return withSmallerPages(reading, PAGE_SIZES, (pageSize) => scan(reading, pageSize));
}

/** The rows of a list, or of one slice of it. A null slice returns all. */
export async function list<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
  slice: Slice | null,
): Promise<Listed<Row>> {
  const found = slice === null ? null : await listSlice(caller, plan, signal, slice);
  if (found !== null) return found;
  // Only the complete list shows which rows the slice has if there is no total, or if rows are missing.
  const complete = slice === null ? plan : { ...plan, sliceable: false };
  return cutSlice(await listAll(caller, complete, signal), slice);
}

/** The rows of one slice, from the pages that cover it; null if those are not enough. */
function listSlice<Row>(
  caller: Caller,
  plan: ListPlan<Row>,
  signal: AbortSignal,
  slice: Slice,
): Promise<Listed<Row> | null> {
  const start = (slice.page - 1) * slice.pageSize;
  const sizes = PAGE_SIZES.map((size) => Math.min(size, slice.pageSize));
  const reading = startReading(caller, plan, signal);
  return withSmallerPages(reading, [...new Set(sizes)], async (pageSize) => {
    const number = Math.floor(start / pageSize) + 1;
    const skipped = start - (number - 1) * pageSize;
    for (let tries = 1; tries <= SLICE_TRIES; tries++) {
      const first = await fetchPage(reading, { number, pageSize });
      if (first.total === null) return null;
      const end = Math.min(start + slice.pageSize, first.total);
      const to = Math.ceil(end / pageSize);
      const rest = await fetchPages(reading, { from: number + 1, to, pageSize });
      const pages = [first, ...rest];
      const covering = pages.flatMap((page) => page.rows);
      const rows = unique(plan, covering.slice(skipped, skipped + slice.pageSize));
      const changed = pages.some(({ total }) => total !== first.total);
      if (!changed && rows.length >= end - start) return { rows, total: first.total };
    }
    return null;
  });
}

/**
 * Starts again with smaller pages if a page is too slow. If no page has arrived, all attempts together take
 * at most `timeoutMs`, also when a proxy gives up earlier.
 */
async function withSmallerPages<T>(
  reading: Progress,
  sizes: readonly number[],
  read: (pageSize: number) => Promise<T>,
): Promise<T> {
  const { now, timeoutMs } = reading.caller.options;
  let failure: unknown;
  for (const pageSize of sizes) {
    try {
      return await read(pageSize);
    } catch (err) {
      failure = err;
      if (!isSlow(err)) break;
      reading.nextTimeoutMs = reading.startedAtMs + timeoutMs - now();
      const isOver = err.facts.status === null || reading.nextTimeoutMs <= 0;
      if (reading.pagesArrived === 0 && isOver) break;
    }
  }
  throw failure;
}
