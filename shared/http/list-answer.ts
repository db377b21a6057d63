/**
 * The answers of the list endpoints: complete lists, or slices with `page` and `page_size`; `q`, `sort`,
 * `X-Total-Count`, `Link` (RFC 8288), `ETag` with `If-None-Match` (RFC 9110). Not `hono/etag`:
 * the hash is kept with the body, so only the comparison would be left to it, and a 304 would lose each
 * header that its `retainedHeaders` does not name.
 */
import type { Context } from 'hono';
import * as z from 'zod/mini';
import type { Slice } from '../adapters/harbor/lists/list.ts';
import { type AnswerBody, answer, stringify } from './answer.ts';
import { bodyOf, entityTag, type Part, sizeOf, tagOfParts } from './encoding/body-parts.ts';
import type { FunctionContext, FunctionEnv } from './function.ts';
import { searchParams } from './query.ts';

/** A row of an answer. */
export type Row = object;

/** An order of rows. */
export interface Sort {
  readonly field: string;
  readonly descending: boolean;
}

export interface ListOptions {
  /** Null asks for the complete list. */
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
type ListQuery = z.output<ListDefinition<Row>['query']>;

/** The header that revalidates a list, for `input`. */
export const listHeaders = z.object({ 'if-none-match': z.optional(z.string()) });

/** A request whose route declares the query of a list, and `listHeaders`. */
export type ListContext = Context<
  FunctionEnv,
  string,
  { out: { query: ListQuery; header: z.output<typeof listHeaders> } }
>;

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

/** What a row is sorted by. Sizes for people ("1.2GB") cannot be sorted, so their bytes are. */
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

/** Whether a search finds a row. `q` is in lower case, as `listOptions` reads it. */
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

/** A list's body with its validator. */
export interface ListBody {
  /** A function makes what a 304 does not need. */
  readonly body: AnswerBody | (() => AnswerBody);
  /** The value of the header: a strong validator, or a weak one with `W/`. */
  readonly etag: string;
  /** The length of a body that is streamed, if it is known. */
  readonly sizeBytes?: number;
}

/** Serialises and hashes rows. */
export async function encodeList(c: FunctionContext, rows: readonly Row[]): Promise<ListBody> {
  const body = new TextEncoder().encode(stringify(c, rows));
  return { body, etag: await entityTag(body) };
}

/** The body of a list whose JSON was made in parts. */
export async function listOfParts(parts: readonly Part[]): Promise<ListBody> {
  const etag = await tagOfParts(parts);
  return { body: () => bodyOf(parts), etag, sizeBytes: sizeOf(parts) };
}

/** Answers a list: 200, or 304 if the client has it already. */
export function listAnswer(
  c: ListContext,
  list: ListBody,
  options: {
    readonly total: number;
    readonly slice: Slice | null;
    readonly headers?: Readonly<Record<string, string>>;
  },
): Response {
  const headers: Record<string, string> = {
    ETag: list.etag,
    'X-Total-Count': String(options.total),
    ...options.headers,
  };
  if (options.slice !== null) headers['Link'] = links(c, options.slice, options.total);
  const { 'if-none-match': known } = c.req.valid('header');
  if (matchesTag(known, list.etag)) {
    return answer(c, null, { status: 304, headers });
  }
  if (list.sizeBytes !== undefined) headers['Content-Length'] = String(list.sizeBytes);
  return answer(c, typeof list.body === 'function' ? list.body() : list.body, { headers });
}

/** Whether an `If-None-Match` has the tag: weak comparison (RFC 9110, 13.1.2). */
export function matchesTag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.replace(/^W\//, '');
  return ifNoneMatch.split(',').some((entry) => {
    const candidate = entry.trim();
    return candidate === '*' || opaque(candidate) === opaque(etag);
  });
}

/** Relative links, so that they do not depend on headers of the request. */
function links(c: FunctionContext, { page, pageSize }: Slice, total: number): string {
  const last = Math.max(1, Math.ceil(total / pageSize));
  const link = (target: number, relation: string): string => {
    const query = searchParams(c);
    query.set('page', String(target));
    query.set('page_size', String(pageSize));
    return `<${c.req.path}?${query}>; rel="${relation}"`;
  };
  const parts = [link(1, 'first')];
  if (page > 1) parts.push(link(Math.min(page - 1, last), 'prev'));
  if (page < last) parts.push(link(page + 1, 'next'));
  parts.push(link(last, 'last'));
  return parts.join(', ');
}
