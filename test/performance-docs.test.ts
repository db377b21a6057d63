import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { documentation } from '../bench/documentation.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const read = (file: string) =>
  existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : null;

it('the tables and plots of docs/performance.md are those of bench/results/', () => {
  const files = [...documentation()];

  expect(files.map(([file]) => [file, read(file)])).toEqual(files);
});

it('docs/performance.md shows each result', () => {
  const names = readdirSync(join(root, 'bench/results')).map((file) => file.replace('.json', ''));
  const page = read('docs/performance.md') ?? '';

  expect(names.filter((name) => !page.includes(`<!-- results ${name} -->`))).toEqual([]);
});

it('no result names a path', () => {
  const results = readdirSync(join(root, 'bench/results')).map((file) =>
    readFileSync(join(root, 'bench/results', file), 'utf8'),
  );

  expect(results.filter((text) => /\/(?:tmp|home|root|work)\//.test(text))).toEqual([]);
});
