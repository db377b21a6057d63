import { truncateSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { linesBackwards, Truncated } from '../../../../shared/node/journal/lines-backwards.ts';
import { testFolder } from '../../../support/folder.ts';

const MIB = 1024 * 1024;

async function fileOf(text: string) {
  const path = join(testFolder(), 'lines');
  writeFileSync(path, text);
  const file = await open(path, 'r');
  onTestFinished(() => file.close());
  return { path, file, size: Buffer.byteLength(text) };
}

async function linesOf(text: string): Promise<readonly string[]> {
  const { file, size } = await fileOf(text);
  return all(file, size);
}

async function all(file: FileHandle, size: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const group of linesBackwards(file, size)) lines.push(...group);
  return lines;
}

it.each([
  ['of an empty file: none', ''],
  ['of a file that ends with a line feed', 'a\nb\n'],
  ['of a file that ends inside a line', 'a\nb'],
  ['that are empty', '\n\na\n\n'],
  ['with characters of several bytes at each place of a piece', 'äöü€𝄞\n'.repeat(100_000)],
  ['that are longer than a piece', `a\n${'b'.repeat(3 * MIB)}\nc\n${'d'.repeat(700_000)}\n`],
  ['that end exactly with a piece', `${'a'.repeat(256 * 1024 - 1)}\n`.repeat(3)],
])('reads the lines %s', async (_, text) => {
  expect(await linesOf(text)).toEqual(text === '' ? [] : text.split('\n').reverse());
});

it('reads the lines around one that is too long for the memory', async () => {
  const [last, tooLong, first] = await linesOf(`a\n${'\0'.repeat(40 * MIB)}\nb`);

  expect([first, last]).toEqual(['a', 'b']);
  expect(tooLong?.length).toBeLessThan(33 * MIB);
});

it('does not read what is appended meanwhile', async () => {
  const { path, file, size } = await fileOf('a\nb\n');
  writeFileSync(path, 'a\nb\nc\n');

  expect(await all(file, size)).toEqual(['', 'b', 'a']);
});

it('rejects when the file is truncated meanwhile, as its lines are not known', async () => {
  const { path, file, size } = await fileOf('a\n'.repeat(400_000));
  const lines = linesBackwards(file, size);
  await lines.next();
  truncateSync(path);

  await expect(lines.next()).rejects.toThrow(Truncated);
});
