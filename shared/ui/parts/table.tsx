/** A table of data in a region that scrolls, so that its heads stay in view. */
import type { Child } from 'hono/jsx';

interface TableProps {
  /** What the table lists, for screen readers. Differs from those of the other tables of the page. */
  readonly label: string;
  /** Whether the first column stays in view when the table is wider than the window. */
  readonly headsStay?: boolean;
  /** Further classes of the table. */
  readonly class?: string;
  /** `thead`, `tbody`. */
  readonly children: Child;
}

export function Table({ label, headsStay = false, class: classes, children }: TableProps) {
  const names = [headsStay ? 'heads-stay' : '', classes ?? ''].filter((name) => name !== '');
  return (
    // A region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section class="table-region" aria-label={label} tabindex={0}>
      <table class={names.length === 0 ? undefined : names.join(' ')}>
        <caption class="hidden-text">{label}</caption>
        {children}
      </table>
    </section>
  );
}
