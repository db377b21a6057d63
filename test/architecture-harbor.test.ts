/** The Harbor client could be published: it imports nothing of the program around it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const CLIENT = 'shared/harbor';
const MAY_IMPORT = [
  'shared/problem.ts',
  'shared/log/logger.ts',
  'shared/log/redactor.ts',
  'shared/sleep.ts',
  'shared/size.ts',
  'shared/limited-body.ts',
  'zod/mini',
];

const files = readdirSync(path.join(root, CLIENT), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => path.join(CLIENT, name));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/\bfrom '([^']+)'|import\(\s*'([^']+)'|\bimport '([^']+)'/g)]
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
    .map((name) => (name.startsWith('.') ? path.join(path.dirname(file), name) : name));
}

/** All files that `file` imports, directly or not. */
function reachable(file: string, seen = new Set<string>()): Set<string> {
  for (const target of imports.get(file) ?? []) {
    if (seen.has(target)) continue;
    seen.add(target);
    reachable(target, seen);
  }
  return seen;
}

it('finds the files of the client and their imports', () => {
  expect(imports.get('shared/harbor/client.ts')).toContain('shared/harbor/http/call.ts');
});

it('lets the client import itself and a few files of no subject', () => {
  const foreign = files.flatMap((file) =>
    (imports.get(file) ?? [])
      .filter((target) => !files.includes(target) && !MAY_IMPORT.includes(target))
      .map((target) => `${file} -> ${target}`),
  );
  expect(foreign).toEqual([]);
});

it('has no import circle in the client', () => {
  expect(files.filter((file) => reachable(file).has(file))).toEqual([]);
});

it('keeps folders of the client to 15 files', () => {
  const folders = new Set(files.map((file) => path.dirname(file)));
  const filesIn = (folder: string) => files.filter((file) => path.dirname(file) === folder);
  expect([...folders].filter((folder) => filesIn(folder).length > 15)).toEqual([]);
});
