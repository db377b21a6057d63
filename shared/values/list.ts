/** Lists of rows: their query, and how they are searched, sorted and cut. */
import * as z from 'zod/mini';
import type { Slice } from './slice.ts';

/** A row of an answer. */
export type Row = object;

/** An order of rows. */
export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

export interface ListOptions {
  /** The slice to return; null: the complete list. */
  readonly slice: Slice | null;
  /** Lower-cased substring; null when not asked for. */
  readonly q: string | null;
  readonly sort: Sort | null;
}

/** How the rows of a list endpoint are searched and sorted, and its query. */
export interface ListDefinition<R extends Row> {
  /** Fields that `sort` takes, each a scalar of the row. */
  readonly sortable: readonly (keyof R & string)[];
  /** The texts that `q` searches. */
  readonly searched: (row: R) => readonly string[];
  /** Schema of the query, for `input`. */
  readonly query: ReturnType<typeof querySchema>;
}
export type ListQuery = z.output<ListDefinition<Row>['query']>;

const DEFAULT_PAGE_SIZE = 100;
const PAGE = 'expected an integer from 1 to 1000000000';
const PAGE_SIZE = 'expected an integer from 1 to 1000';

/** Defines a list, once for all requests: a schema is expensive to create. */
export function defineList<R extends Row>(
  definition: Pick<ListDefinition<R>, 'sortable' | 'searched'>,
): ListDefinition<R> {
  return { ...definition, query: querySchema(definition.sortable) };
}

function querySchema(sortable: readonly string[]) {
  const sort = `expected one of ${sortable.join(', ')}, or one with - before it for descending order`;
  return z.object({
    page: z.optional(z.int(PAGE).check(z.gte(1, PAGE), z.lte(1_000_000_000, PAGE))),
    page_size: z.optional(z.int(PAGE_SIZE).check(z.gte(1, PAGE_SIZE), z.lte(1000, PAGE_SIZE))),
    q: z.optional(z.string('expected text')),
    sort: z.optional(
      z.enum(
        sortable.flatMap((field) => [field, `-${field}`]),
        sort,
      ),
    ),
  });
}

/** Reads `page`, `page_size`, `q` and `sort`. */
export function listOptions({ page, page_size: pageSize, q, sort }: ListQuery): ListOptions {
  return {
    slice:
      page === undefined && pageSize === undefined
        ? null
        : { page: page ?? 1, pageSize: pageSize ?? DEFAULT_PAGE_SIZE },
    q: q === undefined || q === '' ? null : q.toLowerCase(),
    sort:
      sort === undefined
        ? null
        : { field: sort.replace(/^-/, ''), descending: sort.startsWith('-') },
  };
}

/** Filters and sorts the rows of a complete list. Without `q` and `sort` it returns them unchanged. */
export function filterAndSort<R extends Row>(
  rows: readonly R[],
  options: ListOptions,
  definition: ListDefinition<R>,
): readonly R[] {
  const { q, sort } = options;
  const found = q === null ? rows : rows.filter((row) => isFound(row, { q, definition }));
  return sort === null ? found : sortRows(found, sort, (row) => sortedValue(row, sort));
}

/** Reads the value that a row is sorted by. Sizes for people ("1.2GB") cannot be sorted, so their bytes are. */
export function sortedValue<R extends Row>(row: R, { field }: Sort): unknown {
  return row[(field === 'size' ? 'size_bytes' : field) as keyof R];
}

/** Rows by a value of each. */
export function sortRows<R>(
  rows: readonly R[],
  { descending }: Sort,
  value: (row: R) => unknown,
): R[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => compare(value(a), value(b), sign));
}

/** Tells whether a search finds a row. `q` is in lower case, as `listOptions` reads it. */
export function isFound<R extends Row>(
  row: R,
  { q, definition }: { readonly q: string; readonly definition: ListDefinition<R> },
): boolean {
  return definition.searched(row).some((text) => text.toLowerCase().includes(q));
}

/** Unknown values (null) come last in either direction. */
function compare(a: unknown, b: unknown, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return sign * (a < b ? -1 : 1);
}

/** The rows of one slice of a complete list. */
export function sliceRows<R>(rows: readonly R[], slice: Slice | null): readonly R[] {
  if (slice === null) return rows;
  const start = (slice.page - 1) * slice.pageSize;
  return rows.slice(start, start + slice.pageSize);
}
