/** Durations as people write them in queries and policies: `45m`, `12h`, `30d`, `4w`. */
import * as z from 'zod/mini';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const UNITS_MS = new Map([
  ['m', MINUTE_MS],
  ['h', HOUR_MS],
  ['d', DAY_MS],
  ['w', 7 * DAY_MS],
]);

/** A hundred years, so that a point in time so long ago is still a valid date. */
const MAX_MS = 36_525 * DAY_MS;

const EXPECTED = 'expected a duration such as 45m, 12h, 30d or 4w, at most 100 years';

const DURATION = /^([0-9]{1,8})([mhdw])$/;

/** Milliseconds of a duration; null if the text is none, or is longer than a hundred years. */
export function parseDuration(text: string): number | null {
  const [, digits, unit = ''] = DURATION.exec(text) ?? [];
  const unitMs = UNITS_MS.get(unit);
  if (digits === undefined || unitMs === undefined) return null;
  const ms = Number(digits) * unitMs;
  return ms <= MAX_MS ? ms : null;
}

/** A text that `parseDuration` reads. */
export const duration = z.string(EXPECTED).check(
  z.regex(DURATION, { error: EXPECTED, abort: true }),
  z.refine((text) => parseDuration(text) !== null, EXPECTED),
);
