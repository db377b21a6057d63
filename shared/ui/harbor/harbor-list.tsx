/** The page of one of Harbor's lists: the way to it, the search, the slice, or what to do if it is empty. */

import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { FunctionContext } from '../../http/function.ts';
import type { ListOptions } from '../../values/list.ts';
import type { Listed } from '../../values/slice.ts';
import { FilterForm, Pager, Results } from '../parts/list-parts.tsx';
import { Empty } from '../parts/notices.tsx';
import { isPastEnd, PastEnd } from '../parts/past-end.tsx';
import { linkWith } from '../view/view-list.ts';

interface HarborListProps {
  readonly c: FunctionContext;
  /** The label of the search. */
  readonly search: string;
  readonly options: ListOptions & { readonly slice: NonNullable<ListOptions['slice']> };
  readonly found: Listed<object>;
  /** The meaning of an empty list, if nothing was searched for. */
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
        {rows.length > 0 ? (
          children
        ) : isPastEnd(list) ? (
          <PastEnd c={c} />
        ) : (
          <Nothing {...{ c, options, empty }} />
        )}
      </Results>
    </>
  );
}

type NothingProps = Pick<HarborListProps, 'c' | 'options' | 'empty'>;

function Nothing({ c, options, empty }: NothingProps) {
  if (options.q === null) return empty;
  return (
    <Empty title="Nothing matches the search.">
      <p>
        <a href={linkWith(c, { q: null, page: null })}>Show all</a>
      </p>
    </Empty>
  );
}
