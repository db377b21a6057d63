/** Every journal keeps the promises of the port. What is special to one of them is in its own test. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVirtualClock } from '../../demo/harbor/clock.ts';
import { Registry as Contents } from '../../demo/harbor/registry.ts';
import { createLoggedJournal } from '../../shared/domain/journal/logged-journal.ts';
import { createFileJournal } from '../../shared/node/journal/file-journal.ts';
import { createNodeJournal } from '../../shared/node/journal/node-journal.ts';
import { noMetrics } from '../../shared/ports/metrics/metrics.ts';
import { sleep } from '../../shared/values/waiting/sleep.ts';
import { configurationOf } from '../support/configuration.ts';
import { testFolder } from '../support/folder.ts';
import { linesOf, memoryJournal } from '../support/journal.ts';
import { type LogLine, memoryLog } from '../support/log.ts';
import { memoryRegistry } from '../support/memory-registry.ts';
import { journalSuite, storedJournalSuite } from './journal-suite.ts';

const ALL = { matches: null, slice: null };

const inFile = () => {
  const path = join(testFolder(), 'journal.jsonl');
  const journal = createFileJournal({ path, logger: memoryLog().logger, now: Date.now });
  onTestFinished(journal.close);
  const setFull = (isFull: boolean) => {
    // As on a full disk, nothing can be written: there is a directory.
    if (isFull) {
      renameSync(path, `${path}.1`);
      mkdirSync(path);
    } else {
      rmSync(path, { recursive: true });
      renameSync(`${path}.1`, path);
    }
  };
  const written = () => linesOf(path).map(({ time: _, ...line }) => line);
  return { journal, written, setFull };
};

const inMemory = () => {
  const { journal, lines, disk } = memoryJournal(createVirtualClock());
  const setFull = (isFull: boolean) => {
    disk.isFull = isFull;
  };
  return { journal, written: () => lines.map(({ time: _, atMs: __, ...line }) => line), setFull };
};

/** The records of a journal in the log. */
const recordsIn = (lines: readonly LogLine[]) =>
  lines.filter(({ msg }) => msg === 'journal').map(({ level: _, msg: __, ...record }) => record);

const inLog = () => {
  const { logger, lines } = memoryLog();
  return {
    journal: createLoggedJournal(configurationOf({}), logger),
    written: () => recordsIn(lines),
  };
};

/** The journal of a process without `journal_file`. */
const inLogOfProcess = () => {
  const { logger, lines } = memoryLog();
  const contents = new Contents({ accounts: [], projects: [] });
  const { registry } = memoryRegistry({ contents });
  const metrics = noMetrics;
  const configuration = configurationOf({});
  const made = createNodeJournal({
    configuration,
    registry,
    logger,
    metrics,
    now: Date.now,
    sleep,
  });
  onTestFinished(made.close);
  return { journal: made.journal, written: () => recordsIn(lines) };
};

describe('the journal in a file', () => storedJournalSuite(inFile));
describe('the journal in memory', () => storedJournalSuite(inMemory));

describe('the journal in the log of a runtime without files', () => {
  journalSuite(inLog);

  it('cannot be read there, and nothing prevents a deletion', async () => {
    const { journal } = inLog();
    await expect(journal.read(ALL)).rejects.toMatchObject({ code: 'unsupported_here' });
    await expect(journal.check()).resolves.toBeUndefined();
  });
});

describe('the journal in the log of a process', () => {
  journalSuite(inLogOfProcess);

  it('cannot be read without journal_file', async () => {
    const { journal } = inLogOfProcess();
    expect(journal.configured).toBe(false);
    await expect(journal.read(ALL)).rejects.toMatchObject({ code: 'journal_unavailable' });
  });
});
