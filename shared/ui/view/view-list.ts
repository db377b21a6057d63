/** The rows that a page shows of a list: the slice of the same list that the API answers. */

import type { FunctionContext } from '../../http/function.ts';
import { searchParams } from '../../http/query.ts';
import {
  filterAndSort,
  type ListDefinition,
  type ListOptions,
  listOptions,
  type Row,
  sliceRows,
} from '../../values/list.ts';
import type { Slice } from '../../values/slice.ts';

/** The slice of a page that asks for none. */
export const FIRST_SLICE: Slice = { page: 1, pageSize: 100 };

type Query = Parameters<typeof listOptions>[0];

/** The part of a list that a page shows. */
export interface ViewRows<R> {
  readonly rows: readonly R[];
  /** The number of rows in all slices. */
  readonly total: number;
  readonly slice: Slice;
  /** All rows that were found, for sums. */
  readonly found: readonly R[];
}

/** Searches, sorts and slices as the API does, 100 rows by default. */
export function viewRows<R extends Row>(
  rows: readonly R[],
  definition: ListDefinition<R>,
  query: Query,
): ViewRows<R> {
  const options = viewOptions(query);
  const { slice } = options;
  const found = filterAndSort(rows, options, definition);
  return { rows: sliceRows(found, slice), total: found.length, slice, found };
}

/** The options of a page's list, which always has a slice. */
export function viewOptions(query: Query): ListOptions & { readonly slice: Slice } {
  const options = listOptions(query);
  return { ...options, slice: options.slice ?? FIRST_SLICE };
}

/** The address of the current page with other parameters; null removes one. */
export function linkWith(
  c: FunctionContext,
  changes: Readonly<Record<string, string | number | boolean | null>>,
): string {
  const query = searchParams(c);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, String(value));
  }
  for (const [name, value] of [...query]) if (value === '') query.delete(name);
  const text = query.toString();
  return text === '' ? c.req.path : `${c.req.path}?${text}`;
}
