/** How long ago something was read, in words, with its time. */
import { Unknown } from './values.tsx';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

interface AgeProps {
  /** Milliseconds; null if there is no reading. */
  readonly ageMs: number | null;
  /** When that was (RFC 3339). */
  readonly at: string | null;
}

/** `12 s ago`; the exact time shows when one points at it. */
export function Age({ ageMs, at }: AgeProps) {
  if (ageMs === null || at === null) return <Unknown text="never" />;
  return (
    <time datetime={at} title={at}>
      {ageText(ageMs)}
    </time>
  );
}

function ageText(ageMs: number): string {
  const [unit, unitMs] = UNITS.find(([, ms]) => ageMs >= ms) ?? ['s', 1000];
  const count = Math.floor(ageMs / unitMs);
  return count === 0 ? 'just now' : `${count} ${unit} ago`;
}
