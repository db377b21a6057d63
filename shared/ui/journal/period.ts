/** The days of the journal page: what people choose as dates are the times `since` and `until` of the API. */
import * as z from 'zod/mini';

const DAY_MS = 86_400_000;
const EXPECTED = 'expected a date such as 2026-11-24, or a time such as 2026-11-24T06:35:23Z';
const time = z.iso.datetime({ offset: true });
const date = z.iso.date();

/** The moment, or the midnight (UTC) that is so many days after the beginning of the date. */
function moment(daysAfter: number) {
  const toTime = z.transform((text: string) =>
    text.includes('T') ? text : new Date(Date.parse(text) + daysAfter * DAY_MS).toISOString(),
  );
  return z.optional(z.pipe(z.union([date, time], EXPECTED), toTime));
}

/** The parameters. The API's `until` is exclusive; the day that a person chooses is included. */
export const periodQuery = { since: moment(0), until: moment(1) };

/** The date that a field shows for a parameter. */
export function dateOf(parameter: string | null): string {
  return parameter?.slice(0, 10) ?? '';
}

/** The first of so many days that end with today, in UTC. */
export function firstOfDays(days: number, nowMs: number): string {
  return dateOf(new Date(nowMs - (days - 1) * DAY_MS).toISOString());
}
