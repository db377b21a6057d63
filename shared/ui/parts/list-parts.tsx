/** The parts of every list: the filter form, sortable heads, and links to the other slices. */
import type { Child } from 'hono/jsx';
import type { FunctionContext } from '../../http/function.ts';
import { searchParams } from '../../http/query.ts';
import { linkWith, type ViewRows } from '../view/view-list.ts';
import { Row } from './table.tsx';

interface FilterFormProps {
  readonly c: FunctionContext;
  /** The label of the search field. */
  readonly search: string;
  /** Further fields. They are named as the API's parameters. */
  readonly children?: Child;
  /** True if one of them is `sort`. Otherwise the heads of a table are, and the form keeps what they chose. */
  readonly hasSort?: boolean;
}

/**
 * The form that filters a list. It works by itself; with JavaScript, the results (`<Results>`) are replaced as one types.
 * The address of the page follows, without an entry of the history for each letter.
 */
export function FilterForm({ c, search, children, hasSort = false }: FilterFormProps) {
  const query = searchParams(c);
  const [sort, pageSize] = [query.get('sort'), query.get('page_size')];
  return (
    <search>
      <form
        class="filter"
        method="get"
        action={c.req.path}
        hx-get={c.req.path}
        hx-trigger="input delay:300ms, submit"
        hx-sync="replace"
        hx-target="#results"
        hx-select="#results"
        hx-swap="outerHTML"
        hx-replace-url="true"
      >
        <label>
          {search}
          <input type="search" name="q" value={query.get('q') ?? ''} />
        </label>
        {children}
        {sort !== null && !hasSort && <input type="hidden" name="sort" value={sort} />}
        {pageSize !== null && <input type="hidden" name="page_size" value={pageSize} />}
        <button type="submit" class="secondary">
          Filter
        </button>
      </form>
    </search>
  );
}

/** The part that a filter replaces. The script then announces the count of the `<Pager>` to screen readers. */
export function Results({ children }: { readonly children?: Child }) {
  return <div id="results">{children}</div>;
}

/** A column of a table. */
export interface Column {
  readonly head: string;
  /** The value of `sort`. Absent: the list cannot be sorted by it. */
  readonly field?: string;
  readonly isNumber?: boolean;
}

interface HeadsProps {
  readonly columns: readonly Column[];
  /** The request whose query sorts the list. Absent: it cannot be sorted. */
  readonly sortedBy?: FunctionContext | undefined;
}

/** The heads of a table. Those by which its list can be sorted are links. */
export function Heads({ columns, sortedBy }: HeadsProps) {
  return (
    <thead>
      <Row>
        {columns.map(({ head, field, isNumber = false }) =>
          field === undefined || sortedBy === undefined ? (
            <th scope="col" class={isNumber ? 'number' : undefined}>
              {head}
            </th>
          ) : (
            <SortHead {...{ c: sortedBy, head, field, isNumber }} />
          ),
        )}
      </Row>
    </thead>
  );
}

interface SortHeadProps {
  readonly c: FunctionContext;
  readonly head: string;
  readonly field: string;
  readonly isNumber: boolean;
}

function SortHead({ c, head, field, isNumber }: SortHeadProps) {
  const sort = searchParams(c).get('sort');
  const [ascending, descending] = [sort === field, sort === `-${field}`];
  // Numbers are mostly wanted with the largest first.
  const next = ascending || (isNumber && !descending) ? `-${field}` : field;
  return (
    <th
      scope="col"
      class={isNumber ? 'number' : undefined}
      aria-sort={ascending ? 'ascending' : descending ? 'descending' : undefined}
    >
      <a href={linkWith(c, { sort: next, page: null })}>{head}</a>
    </th>
  );
}

/** Counts the rows, and links to the other slices. */
export function Pager({
  c,
  list,
}: {
  readonly c: FunctionContext;
  readonly list: Omit<ViewRows<unknown>, 'found'>;
}) {
  const { total, slice, rows } = list;
  const last = Math.max(1, Math.ceil(total / slice.pageSize));
  const first = (slice.page - 1) * slice.pageSize + 1;
  const link = (page: number) => linkWith(c, { page, page_size: slice.pageSize });
  return (
    <div class="pager">
      <p class="count">
        {rows.length === 0 ? `0 of ${total}` : `${first} to ${first + rows.length - 1} of ${total}`}
      </p>
      {(last > 1 || slice.page > 1) && (
        <nav aria-label="Pages">
          {slice.page > 1 && (
            <a rel="prev" href={link(Math.min(slice.page - 1, last))}>
              Previous
            </a>
          )}
          <span>{`Page ${slice.page} of ${last}`}</span>
          {slice.page < last && (
            <a rel="next" href={link(slice.page + 1)}>
              Next
            </a>
          )}
        </nav>
      )}
    </div>
  );
}
