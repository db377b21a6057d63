/**
 * A table of data in a region that scrolls, so that its heads stay in view. Where the window is narrow, each row is a
 * card with a label for each cell.
 */
import type { Child } from 'hono/jsx';

interface TableProps {
  /** The name of what the table lists, for screen readers. Differs from those of the other tables of the page. */
  readonly label: string;
  /** True if the first column stays in view when the table is wider than the window. */
  readonly headsStay?: boolean;
  /** True if it stays a table where the window is narrow: for a matrix, whose cells mean nothing apart. */
  readonly isMatrix?: boolean;
  /** Further classes of the table. */
  readonly class?: string;
  /** `thead`, `tbody`. */
  readonly children: Child;
}

export function Table(props: TableProps) {
  const { label, headsStay = false, isMatrix = false, class: classes = '', children } = props;
  const names = [isMatrix ? 'matrix' : 'rows', headsStay ? 'heads-stay' : '', classes];
  return (
    // A region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section class="table-region" aria-label={label} tabindex={0}>
      <table {...ROLES.table} class={names.filter((name) => name !== '').join(' ')}>
        <caption class="hidden-text">{label}</caption>
        {children}
      </table>
    </section>
  );
}

/** Some browsers take these roles away from what a style sheet lays out as cards. */
const ROLES = {
  table: { role: 'table' },
  row: { role: 'row' },
  rowHead: { role: 'rowheader' },
  cell: { role: 'cell' },
} as const;

export function Row({ children }: { readonly children: Child }) {
  return <tr {...ROLES.row}>{children}</tr>;
}

/** The cell that says what a row is about: the head of its card. */
export function RowHead({ children }: { readonly children: Child }) {
  return (
    <th scope="row" class="name" {...ROLES.rowHead}>
      {children}
    </th>
  );
}

interface CellProps {
  /** The head of its column, in a word or two. */
  readonly label: string;
  readonly class?: string;
  readonly colspan?: number;
  readonly children: Child;
}

export function Cell({ label, children, ...attributes }: CellProps) {
  return (
    <td {...ROLES.cell} data-label={label} {...attributes}>
      {children}
    </td>
  );
}
