/** Slices after the last row of a list. An old link may lead there, so they never look like an empty list. */
import type { FunctionContext } from '../../http/function.ts';
import { linkWith, type ViewRows } from '../view/view-list.ts';
import { Empty } from './notices.tsx';

/** Tells whether the slice has no rows although the list has. */
export function isPastEnd({ rows, total }: Pick<ViewRows<unknown>, 'rows' | 'total'>): boolean {
  return rows.length === 0 && total > 0;
}

/** In place of the rows of such a slice. */
export function PastEnd({ c }: { readonly c: FunctionContext }) {
  return (
    <Empty title="There is no such page.">
      <p>
        <a href={linkWith(c, { page: null })}>Show its first page</a>
      </p>
    </Empty>
  );
}
