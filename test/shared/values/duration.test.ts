import { expect, test } from 'vitest';
import { parseDuration } from '../../../shared/values/duration.ts';

const MINUTE_MS = 60_000;

test.each([
  ['45m', 45 * MINUTE_MS],
  ['12h', 12 * 60 * MINUTE_MS],
  ['30d', 30 * 24 * 60 * MINUTE_MS],
  ['4w', 28 * 24 * 60 * MINUTE_MS],
  ['0d', 0],
  ['007d', 7 * 24 * 60 * MINUTE_MS],
  ['36525d', 36_525 * 24 * 60 * MINUTE_MS],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each([
  '',
  'd',
  '30',
  '30 d',
  ' 30d',
  '30d\n',
  '30D',
  '30s',
  '30y',
  '-1d',
  '+1d',
  '1.5h',
  '1e3m',
  '1h30m',
  '٣d',
  '36526d',
  '99999999w',
  '999999999999999999999m',
])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeNull();
});
