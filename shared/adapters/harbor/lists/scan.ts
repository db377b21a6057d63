/**
 * Decides whether the pages of a list are complete, and reads them again if not. Rows may be added and removed
 * meanwhile, pages may be short, and totals may be missing (docs/harbor.md#paging). A list that cannot be completed is
 * an error.
 */
import { HarborProblem } from '../http/failure.ts';
import {
  checkRows,
  fetchPage,
  fetchPages,
  type ListPage,
  type ListPlan,
  type Reading,
} from './pages.ts';

interface Scan<Row> {
  readonly rows: readonly Row[];
  /**
   * `changed`: rows were added or removed meanwhile. `filtered`: pages are short because Harbor 2.5 filters
   * them. `short`: rows are missing.
   */
  readonly state: 'complete' | 'changed' | 'filtered' | 'short';
  /** Whether, according to the counts, no row is missing that existed at the beginning. */
  readonly covers: boolean;
}

const MAX_SCANS = 3;
/** The most empty pages in the middle of a list, which Harbor 2.5 can have. */
const MAX_GAP = 2;

/** Scans until one scan is complete, a limited number of times. */
export async function scan<Row>(reading: Reading<Row>, pageSize: number): Promise<readonly Row[]> {
  let before: Scan<Row> | null = null;
  for (let scans = 1; scans <= MAX_SCANS; scans++) {
    const found: Scan<Row> = await scanOnce(reading, pageSize);
    if (found.state === 'complete') return found.rows;
    const same = before?.state === found.state && before.rows.length === found.rows.length;
    if (found.state === 'filtered' && same) return found.rows;
    if (found.state === 'short' && before?.state === 'short') break;
    // Pushes add rows only at the front, so a list that only grew has all rows that existed when the scan began.
    if (scans === MAX_SCANS && found.covers) return found.rows;
    before = found;
  }
  throw new HarborProblem(
    { method: 'GET', path: reading.plan.path },
    'harbor_bad_response',
    before?.state === 'changed'
      ? 'Try again when fewer artifacts are being deleted. The list kept changing.'
      : 'Check the log of harbor-core, and any cache in front of Harbor. ' +
          'The list has fewer rows than its total, in two scans.',
  );
}

async function scanOnce<Row>(reading: Reading<Row>, pageSize: number): Promise<Scan<Row>> {
  const { plan } = reading;
  const first = await fetchPage(reading, { number: 1, pageSize });
  const { total } = first;
  if (total === null) {
    const rows = await followPages(reading, { first, pageSize });
    return { rows, state: 'complete', covers: true };
  }
  checkRows(reading, total);
  const to = Math.ceil(total / pageSize);
  const pages = [first, ...(await fetchPages(reading, { from: 2, to, pageSize }))];
  const rows = unique(
    plan,
    pages.flatMap((page) => page.rows),
  );
  const totals = pages.map((page) => page.total);
  const grows = totals.every((later, index) => later !== null && later >= (totals[index - 1] ?? 0));
  const covers = grows && rows.length >= total;
  if (new Set(totals).size > 1) return { rows, state: 'changed', covers };
  if (covers) return { rows, state: 'complete', covers };
  const filtered = looksFiltered(pages) && rows.length === sum(pages);
  return { rows, state: filtered ? 'filtered' : 'short', covers: filtered };
}

/** Tells whether pages are short because Harbor 2.5 filters them, and not because rows are missing. */
function looksFiltered(pages: readonly ListPage<unknown>[]): boolean {
  if (!pages.some(({ mayBeShort }) => mayBeShort) || pages.at(-1)?.rows.length === 0) return false;
  let gap = 0;
  return pages.every(({ rows }) => {
    gap = rows.length === 0 ? gap + 1 : 0;
    return gap <= MAX_GAP;
  });
}

/** Reads a list without a total: until an empty page, or one without new rows. */
async function followPages<Row>(
  reading: Reading<Row>,
  { first, pageSize }: { readonly first: ListPage<Row>; readonly pageSize: number },
): Promise<readonly Row[]> {
  const { plan } = reading;
  const rows = new Map(first.rows.map((row) => [plan.key(row), row]));
  const maxGap = first.mayBeShort ? MAX_GAP : 0;
  let gap = first.rows.length === 0 ? 1 : 0;
  for (let number = 2; gap <= maxGap; number++) {
    const page = await fetchPage(reading, { number, pageSize });
    gap = page.rows.length === 0 ? gap + 1 : 0;
    const before = rows.size;
    for (const row of page.rows) if (!rows.has(plan.key(row))) rows.set(plan.key(row), row);
    if (page.rows.length > 0 && rows.size === before) break;
    checkRows(reading, rows.size);
  }
  return [...rows.values()];
}

/** Each row once, the first of those with the same key. */
export function unique<Row>({ key }: ListPlan<Row>, rows: readonly Row[]): readonly Row[] {
  const seen = new Map<string | number, Row>();
  for (const row of rows) if (!seen.has(key(row))) seen.set(key(row), row);
  return seen.size === rows.length ? rows : [...seen.values()];
}

function sum(pages: readonly ListPage<unknown>[]): number {
  return pages.reduce((rows, page) => rows + page.rows.length, 0);
}
