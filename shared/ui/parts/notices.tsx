/** The texts of a page beside its data: notices, and what it shows in place of an empty list. */
import type { Child } from 'hono/jsx';
import type { BadgeKind } from './badge.tsx';

interface NoticeProps {
  readonly kind: BadgeKind;
  /** One sentence that says what is the matter. */
  readonly title?: string;
  /** Details, and what to do. */
  readonly children?: Child;
}

/** A notice: `bad` for what failed, `warn` for what is not complete or has consequences, `info` for hints, `ok` for what was done. */
export function Notice({ kind, title, children }: NoticeProps) {
  return (
    <section class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : undefined}>
      {title !== undefined && <p class="notice-title">{title}</p>}
      {children}
    </section>
  );
}

interface EmptyProps {
  /** The sentence that says what there is none of: "No image matches." */
  readonly title: string;
  /** The advice what to do next. */
  readonly children?: Child;
}

/** In place of a list without rows. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
