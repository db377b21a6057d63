import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { createFileJournal } from '../../../../shared/node/journal/file-journal.ts';
import { eventually } from '../../../support/eventually.ts';
import { testFolder } from '../../../support/folder.ts';
import { memoryLog } from '../../../support/log.ts';
import { buildProgram } from '../../../support/program.ts';

let program = '';
beforeAll(async () => {
  program = await buildProgram(new URL('writer.ts', import.meta.url));
});

/** Starts a process that writes so many deletions. */
function startWriter(path: string, count: number, actor: string) {
  const child = spawn(process.execPath, [program, path, String(count), actor]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, ended: once(child, 'exit') };
}

/** Waits until the file exists and has so many bytes. */
async function largerThan(path: string, bytes: number): Promise<void> {
  await eventually(() => {
    if (statSync(path).size <= bytes) throw new Error('not yet');
  });
}

async function read(path: string) {
  const { logger, lines: log } = memoryLog();
  const journal = createFileJournal({ path, logger, now: Date.now });
  onTestFinished(() => journal.close());
  return { log, ...(await journal.read({ matches: null, slice: null })) };
}

const of = (actor: string) => (row: { readonly actor: string | null }) => row.actor === actor;

it('a journal that three processes share has every line, also when one of them is killed', async () => {
  const path = join(testFolder(), 'journal.jsonl');
  const [one, two, three] = ['one', 'two', 'three'].map((actor) => startWriter(path, 200, actor));
  await largerThan(path, 20_000);
  three?.child.kill('SIGKILL');
  await Promise.all([one?.ended, two?.ended, three?.ended]);

  const { rows, log } = await read(path);

  const settled = rows.filter(({ outcome }) => outcome === 'deleted');
  expect(settled.filter(of('one'))).toHaveLength(200);
  expect(settled.filter(of('two'))).toHaveLength(200);
  expect(rows.filter(of('three')).length).toBeLessThan(200);
  expect(log).toEqual([]);
});

it('a journal that is rotated while processes write has every line in one of the files', async () => {
  const path = join(testFolder(), 'journal.jsonl');
  const writers = ['one', 'two'].map((actor) => startWriter(path, 100, actor));
  const moved = [1, 2, 3].map((number) => `${path}.${number}`);
  for (const target of moved) {
    await largerThan(path, 5000);
    renameSync(path, target);
  }
  await Promise.all(writers.map(({ ended }) => ended));

  const files = [...moved, path].filter((file) => existsSync(file));
  // A process that looks at the end of the file while another one writes may add a line feed of its own.
  const lines = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter(Boolean));

  expect(lines.map((line) => JSON.parse(line).event).toSorted()).toEqual([
    ...Array(200).fill('intent'),
    ...Array(200).fill('outcome'),
  ]);
});
