import { expect, it } from 'vitest';
import { findJsonError } from '../../../../shared/node/configuration/json-error.ts';

it.each([
  ['{"a": 1,}', 1, 9, 'a key in double quotes'],
  ['{"a": 1\n "b": 2}', 2, 2, '"," or "}"'],
  ['{"a": [1, 2}', 1, 12, '"," or "]"'],
  ["{'a': 1}", 1, 2, 'a key in double quotes'],
  ['{"a" 1}', 1, 6, '":"'],
  ['{"a": tru}', 1, 7, 'a value'],
  ['{"a": 01}', 1, 7, 'a value'],
  ['{"a": "x\ny"}', 1, 7, 'a value'],
  ['{\n // note\n}', 2, 2, 'a key in double quotes'],
  ['{} x', 1, 4, 'the end of the file'],
  ['', 1, 1, 'a value'],
  ['{"a": 1', 1, 8, '"," or "}"'],
])('%j breaks at line %i, column %i', (text, line, column, expected) => {
  expect(() => JSON.parse(text)).toThrow();
  expect(findJsonError(text)).toEqual({ line, column, expected });
});

it.each(['{}', ' [1, -2.5e+3, "\\u00e4\\"", null, true, {"": []}] \r\n', '0', '"\x7f\u2028ä😀"'])(
  '%j is JSON',
  (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(findJsonError(text)).toBeNull();
  },
);
