/** What the rules of `.dependency-cruiser.js` cannot say about the tree; `npm run imports` checks those. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['functions', 'bridge', 'shared', 'start', 'demo'];
const MOST_FILES_IN_A_FOLDER = 26;

const files = FOLDERS.flatMap((folder) => sourcesIn(folder));
const inShared = files.filter((file) => file.startsWith('shared/'));

function sourcesIn(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.join(folder, name));
}

function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

describe('the tree', () => {
  it('starts programs in one file', () => {
    const spawning = files.filter((file) => textOf(file).includes('child_process'));
    expect(spawning).toEqual(['bridge/exec.ts']);
  });

  it(`has no folder of shared/ with more than ${MOST_FILES_IN_A_FOLDER} files`, () => {
    const folders = [...new Set(inShared.map((file) => path.dirname(file)))];
    const countIn = (folder: string) =>
      inShared.filter((file) => path.dirname(file) === folder).length;
    expect(folders.filter((folder) => countIn(folder) > MOST_FILES_IN_A_FOLDER)).toEqual([]);
  });

  it('has no two files of one name in shared/', () => {
    const names = inShared.map((file) => path.basename(file));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('keeps composition roots under 60 lines', () => {
    const long = sourcesIn('start').filter((file) => textOf(file).split('\n').length > 60);
    expect(long).toEqual([]);
  });
});
