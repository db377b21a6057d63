import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readConfigFile } from '../../../../shared/node/configuration/config-file.ts';
import { testFolder } from '../../../support/folder.ts';

function read(text: string): unknown {
  const path = join(testFolder(), 'config.json');
  writeFileSync(path, text);
  return readConfigFile(path, false);
}

it.each([
  ['{"a": 1,}', 1, 9, 'property name expected'],
  ['{"a": 1\n "b": 2}', 2, 2, 'comma expected'],
  ["{'a': 1}", 1, 2, 'invalid symbol'],
  ['{"a" 1}', 1, 6, 'colon expected'],
  ['{"a": tru}', 1, 7, 'invalid symbol'],
  ['{"a": "x\ny"}', 1, 7, 'unexpected end of string'],
  ['{"a": "x\ty"}', 1, 7, 'invalid character'],
  ['{\n // note\n}', 2, 2, 'invalid comment token'],
  ['{} x', 1, 4, 'invalid symbol'],
  ['', 1, 1, 'value expected'],
  ['{"a": 1', 1, 8, 'close brace expected'],
])('%j is broken at line %i, column %i: %s', (text, line, column, what) => {
  expect(() => read(text)).toThrow(
    `config.json: line ${line}, column ${column}: not valid JSON (${what})`,
  );
});

it.each(['[', '{"a":'])('100,000 times %j is broken, and one line says so', (open) => {
  expect(() => read(open.repeat(100_000))).toThrow(
    /^\S+config.json: not valid JSON; the nesting is too deep to find the position$/,
  );
});

it('JSON is read, after a byte order mark too', () => {
  expect(read('\uFEFF{"a": [1, "\\u00e4", null]}\r\n')).toEqual({ a: [1, 'ä', null] });
});

it('a member that is there twice is a problem, because only the last would be read', () => {
  expect(() => read('{"nodes_config":{"nodes":{"a":{},"b":{},"a":{}}}}')).toThrow(
    /^\S+config.json: nodes_config.nodes.a occurs twice$/,
  );
});

it('a file that may be missing is undefined, and a problem otherwise', () => {
  const path = join(testFolder(), 'config.json');

  expect(readConfigFile(path, true)).toBeUndefined();
  expect(() => readConfigFile(path, false)).toThrow(`${path}: cannot be read (ENOENT)`);
});
