/** A status in one word, with a symbol and a colour. */
import type { Child } from 'hono/jsx';

/** The meaning of a status for the reader: fine, look at it, broken, for information, nothing of these. */
export type BadgeKind = 'ok' | 'warn' | 'bad' | 'info' | 'none';

interface BadgeProps {
  readonly kind: BadgeKind;
  /** The word of the status. Colour and symbol only repeat it. */
  readonly children: Child;
}

export function Badge({ kind, children }: BadgeProps) {
  return <span class={`badge ${kind}`}>{children}</span>;
}
