/** Texts that break parsers, and valid texts that are changed until they may. */
import fc from 'fast-check';
import { mutatedJson } from './json-mutations.ts';

/** Texts with a meaning to some reader: prototypes, paths, terminals, encodings. */
const NASTY_TEXTS: readonly string[] = [
  '',
  ' ',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '<none>',
  '<none>@<none>',
  '..',
  '../..',
  '%2e%2e%2f',
  '%252e',
  '%00',
  '%c0%ae',
  '\u0000',
  'a\u0000b',
  '\uFEFF',
  '\uFEFFa',
  'a\r\nb: c',
  '\u001b[31m',
  '\u009b31m',
  '\u2028',
  '\u202e',
  '\ud800',
  '\udc00\ud800',
  '\uFF0E\uFF0E\uFF0F',
  'e\u0301',
  '"',
  "'",
  '\\',
  '*',
  'W/"',
  '"*"',
  '-0',
  '1e400',
  '9007199254740993',
  '99999999999999999999999999',
  'NaN',
  'null',
  'true',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-02-30T99:99:99Z',
  `sha256:${'0'.repeat(64)}`,
  `a@sha256:${'f'.repeat(64)}`,
  'a'.repeat(300),
  '/'.repeat(300),
  '-'.repeat(300),
];

/** Any text: of ASCII, of any code units (lone surrogates too), of nasty parts, or very long. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_TEXTS) },
  { weight: 3, arbitrary: fc.string({ maxLength: 40 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 30 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 2,
    arbitrary: fc.array(fc.constantFrom(...NASTY_TEXTS), { maxLength: 4 }).map((t) => t.join('')),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NASTY_TEXTS, 'a', '\n'), fc.integer({ min: 2, max: 2000 }))
      .map(([text, times]) => text.repeat(times)),
  },
);

/** Any text that a header transports: visible ASCII, spaces, tabs and obs-text. */
export const headerText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 60 }).map((text) => text.trim()),
  anyText.map((text) => sendable(text)),
);

/** A text as a header transports it. */
export const sendable = (text: string): string =>
  text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();

/** A text that can be written as UTF-8. */
export const wellFormed = (text: string): string => text.replace(/\p{Cs}/gu, '\ufffd');

/** A change of a text, at a place from 0 to 1. */
const textChange: fc.Arbitrary<(text: string) => string> = fc
  .tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(20),
    anyText,
    fc.constantFrom('insert', 'replace', 'drop', 'cut', 'repeat', 'bom', 'number', 'nest'),
  )
  .map(([where, length, other, change]) => (text: string) => {
    const at = Math.floor(where * text.length);
    const before = text.slice(0, at);
    const after = text.slice(at + length);
    if (change === 'insert') return before + other + text.slice(at);
    if (change === 'replace') return before + other + after;
    if (change === 'drop') return before + after;
    if (change === 'cut') return before;
    if (change === 'repeat') return before + text.slice(at, at + length).repeat(3) + after;
    if (change === 'bom') return `\uFEFF${text}`;
    if (change === 'number') return before + text.slice(at).replace(/\d+/, '1e400');
    return before + text.slice(at).replace(/"[^"]*"|\d+/, `${'['.repeat(5000)}${']'.repeat(5000)}`);
  });

/** Valid texts with some changes. Of JSON, the values change too. */
export function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  const changed = fc
    .tuple(fc.constantFrom(...texts), fc.array(textChange, { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => changes.reduce((current, change) => change(current), text));
  const values = texts.flatMap((text) => {
    try {
      return [JSON.parse(text) as unknown];
    } catch {
      return [];
    }
  });
  if (values.length === 0) return fc.oneof(changed, anyText);
  return fc.oneof(
    { weight: 3, arbitrary: mutatedJson(values).map((value) => JSON.stringify(value)) },
    { weight: 2, arbitrary: changed },
    { weight: 1, arbitrary: anyText },
    { weight: 1, arbitrary: fc.json() },
  );
}
