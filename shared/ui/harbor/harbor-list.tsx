/** The page of one of Harbor's lists: the way to it, the search, the slice, or what to do if it is empty. */
import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { FunctionContext } from '../../http/function.ts';
import type { HarborRows } from '../../http/harbor-endpoints.ts';
import type { ListOptions } from '../../http/list-answer.ts';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { linkWith } from '../view-list.ts';

interface HarborListProps {
  readonly c: FunctionContext;
  /** The label of the search. */
  readonly search: string;
  readonly options: ListOptions & { readonly slice: NonNullable<ListOptions['slice']> };
  readonly found: HarborRows<object>;
  /** What an empty list means, if nothing was searched for. */
  readonly empty: JSX.Element;
  /** The rows. */
  readonly children: Child;
}

export function HarborList({ c, search, options, found, empty, children }: HarborListProps) {
  const { rows, total } = found;
  const list = { rows, total, slice: options.slice };
  return (
    <>
      <FilterForm c={c} search={search} />
      <Results>
        <Pager c={c} list={list} />
        {rows.length > 0 ? children : <Nothing {...{ c, options, total, empty }} />}
      </Results>
    </>
  );
}

type NothingProps = Pick<HarborListProps, 'c' | 'options' | 'empty'> & { readonly total: number };

function Nothing({ c, options, total, empty }: NothingProps) {
  if (total > 0) {
    return (
      <Empty title="There is no such page.">
        <p>
          <a href={linkWith(c, { page: null })}>Show its first page</a>
        </p>
      </Empty>
    );
  }
  if (options.q === null) return empty;
  return (
    <Empty title="Nothing matches the search.">
      <p>
        <a href={linkWith(c, { q: null, page: null })}>Show all</a>
      </p>
    </Empty>
  );
}
