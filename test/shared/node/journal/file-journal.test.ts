import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { journalText } from '../../../../shared/domain/journal/journal-lines.ts';
import { NotSynced } from '../../../../shared/node/journal/append-file.ts';
import { createFileJournal } from '../../../../shared/node/journal/file-journal.ts';
import type { JournalLine } from '../../../../shared/ports/journal-record.ts';
import { QUEUE_LIMITS } from '../../../../shared/values/waiting/queue-limits.ts';
import type { sleep } from '../../../../shared/values/waiting/sleep.ts';
import { eventually } from '../../../support/eventually.ts';
import { testFolder } from '../../../support/folder.ts';
import { intentOf, linesOf } from '../../../support/journal.ts';
import { memoryLog } from '../../../support/log.ts';

const ALL = { matches: null, slice: null };

/** A journal; its file is in a new folder unless a path is given. */
function journalAt(path = join(testFolder(), 'journal.jsonl')) {
  const { logger, lines: log } = memoryLog();
  const begun: string[] = [];
  const unknown: string[] = [];
  const journal = createFileJournal({
    path,
    logger,
    now: Date.now,
    onBegin: (id) => begun.push(id),
    onUnknown: (id) => unknown.push(id),
  });
  onTestFinished(() => journal.close());
  return { path, log, begun, unknown, ...journal };
}

describe('the file of a journal', () => {
  it('gets a line of a deletion whose id is told before', async () => {
    const journal = journalAt();

    await journal.begin(intentOf());

    expect(journal.begun).toEqual(linesOf(journal.path).map(({ id }) => id));
  });

  it('is created for its owner to write and its group to read', async () => {
    const journal = journalAt();
    await journal.begin(intentOf());

    expect(statSync(journal.path).mode & 0o777 & ~0o640).toBe(0);
  });

  it('keeps all tags of an artifact, however many', async () => {
    const journal = journalAt();
    const tags = Array.from({ length: 5000 }, (_, index) => `${'t'.repeat(120)}-${index}`);
    await journal.begin(intentOf({ tags }));

    const { rows } = await journal.read(ALL);

    expect(rows).toMatchObject([{ tags }]);
  });

  it('is shared by processes: no line is lost or torn', async () => {
    const one = journalAt();
    const other = journalAt(one.path);
    const deletions = Array.from({ length: 60 }, async (_, index) => {
      const journal = index % 2 === 0 ? one : other;
      const entry = await journal.begin(intentOf({ reference: `v${index}` }));
      await entry.settle('deleted');
    });
    await Promise.all(deletions);

    const { rows, total } = await one.read(ALL);

    expect(total).toBe(60);
    expect(new Set(rows.map(({ reference }) => reference)).size).toBe(60);
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['deleted']));
    expect(linesOf(one.path)).toHaveLength(120);
  });
});

describe('a journal whose file', () => {
  it('is moved away continues in a new one', async () => {
    const journal = journalAt();
    const entry = await journal.begin(intentOf());
    renameSync(journal.path, `${journal.path}.1`);

    await entry.settle('deleted');

    expect(linesOf(`${journal.path}.1`)).toMatchObject([{ event: 'intent' }]);
    expect(linesOf(journal.path)).toMatchObject([{ event: 'outcome', outcome: 'deleted' }]);
    expect((await journal.read(ALL)).rows).toMatchObject([{ outcome: 'deleted' }]);
  });

  it('is replaced by another continues in that one', async () => {
    const journal = journalAt();
    await journal.begin(intentOf());
    const other = `${journal.path}.new`;
    copyFileSync(journal.path, other);
    renameSync(other, journal.path);

    await journal.begin(intentOf({ reference: 'v2' }));

    expect(linesOf(journal.path)).toMatchObject([{ reference: 'v1' }, { reference: 'v2' }]);
  });

  it('is truncated after a copy continues at its beginning', async () => {
    const journal = journalAt();
    await journal.begin(intentOf());
    truncateSync(journal.path);

    await journal.begin(intentOf({ reference: 'v2' }));

    expect(linesOf(journal.path)).toMatchObject([{ reference: 'v2' }]);
    expect(readFileSync(journal.path, 'utf8')).toMatch(/^\{/);
  });

  it('is removed creates it again, also for a reader', async () => {
    const journal = journalAt();
    await journal.begin(intentOf());
    rmSync(journal.path);

    expect(await journal.read(ALL)).toEqual({ rows: [], total: 0 });
    expect(statSync(journal.path).size).toBe(0);
  });

  it('is a link writes to its target', async () => {
    const folder = testFolder();
    symlinkSync(join(folder, 'target.jsonl'), join(folder, 'link.jsonl'));
    const journal = journalAt(join(folder, 'link.jsonl'));

    await journal.begin(intentOf());

    expect(linesOf(join(folder, 'target.jsonl'))).toHaveLength(1);
  });

  it('ends inside a line, cut by a crash, begins a new line and tells the number once', async () => {
    const path = join(testFolder(), 'journal.jsonl');
    const first = journalAt(path);
    await (await first.begin(intentOf())).settle('deleted');
    appendFileSync(path, '{"time":"2026-01-01T00:00:00.000Z","id":"cut","ev');

    const journal = journalAt(path);
    await journal.begin(intentOf({ reference: 'v2' }));
    const { rows } = await journal.read(ALL);
    await journal.read(ALL);

    expect(rows).toMatchObject([{ reference: 'v2' }, { reference: 'v1', outcome: 'deleted' }]);
    expect(journal.log).toMatchObject([
      { level: 'WARNING', msg: expect.stringContaining('damaged'), lines: [3], count: 1 },
    ]);
  });
});

describe('a journal at whose path there is no regular file', () => {
  it.each([
    ['a device', () => '/dev/null'],
    ['a FIFO that nobody writes', fifo],
  ])('cannot be read, and is not empty: %s', async (_, makePath) => {
    const journal = journalAt(makePath());

    await expect(journal.read(ALL)).rejects.toMatchObject({ code: 'journal_unavailable' });
    await expect(journal.unsettled(null)).rejects.toMatchObject({ code: 'journal_unavailable' });
  });
});

function fifo(): string {
  const path = join(testFolder(), 'journal.fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

describe('an outcome that cannot be written', () => {
  it('is written as soon as the file can be', async () => {
    const journal = journalAt();
    const entry = await journal.begin(intentOf());
    const moved = `${journal.path}.1`;
    renameSync(journal.path, moved);
    mkdirSync(journal.path);
    await entry.settle('deleted');
    await expect(journal.check()).rejects.toMatchObject({ code: 'journal_unavailable' });
    rmSync(journal.path, { recursive: true });
    renameSync(moved, journal.path);

    await journal.check();

    expect(linesOf(journal.path)).toMatchObject([
      { event: 'intent' },
      { event: 'outcome', outcome: 'deleted' },
    ]);
    expect(journal.log.map(({ level }) => level)).toEqual(['ERROR', 'WARNING']);
  });
});

describe('a reading of the journal', () => {
  const SLICE = { page: 1, pageSize: 1 };
  const searches = { matches: () => true, slice: SLICE };

  it.each([
    ['pages', { matches: null, slice: SLICE }, 1 + QUEUE_LIMITS.journal_pages],
    ['searches', searches, 2 + QUEUE_LIMITS.journal_searches],
  ])('is refused if too many wait: %s', async (_, search, most) => {
    const { read } = journalAt();
    const asked = Array.from({ length: most + 5 }, () => read(search));
    const ended = await Promise.allSettled(asked);
    const refused = ended.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(5);
    expect(refused[0]).toMatchObject({
      reason: { code: 'overloaded', message: expect.stringContaining('waiting for the journal') },
    });
  });

  it.each([
    ['that waits', 2],
    ['that has begun', 0],
  ])('%s ends when its client leaves', async (_, before) => {
    const { read, path } = journalAt();
    const lines = Array.from({ length: 5000 }, (_, at) =>
      journalText({ id: `d${at}`, time: '', ...intentOf(), event: 'intent' }),
    );
    writeFileSync(path, lines.join(''));
    const earlier = Array.from({ length: before }, () => read(searches));
    const client = new AbortController();
    let looks = 0;
    const matches = () => {
      if (looks++ === 0) client.abort(new Error('the client left'));
      return true;
    };
    const left = read({ matches, slice: SLICE, signal: client.signal });
    if (before > 0) client.abort(new Error('the client left'));
    await expect(left).rejects.toThrow('the client left');
    await Promise.all(earlier);
    expect(looks).toBeLessThan(5000);
  });
});

/** A journal over a disk that a test scripts: what happens to each line. */
function scriptedJournal(steps: readonly (() => Promise<void>)[], clockSleep?: typeof sleep) {
  const { logger, lines: log } = memoryLog();
  const left = [...steps];
  const written: JournalLine[] = [];
  const journal = createFileJournal({
    path: '/not/used',
    logger,
    now: Date.now,
    ...(clockSleep && { sleep: clockSleep }),
    file: {
      append: async (line) => {
        await left.shift()?.();
        written.push(JSON.parse(line));
      },
      prepare: async () => undefined,
      probe: async () => undefined,
      close: async () => undefined,
    },
  });
  return { ...journal, log, written };
}

describe('a line that is in the file', () => {
  it('but perhaps not on the disk allows no deletion, and the journal says so later', async () => {
    const journal = scriptedJournal([
      async () => {
        throw Object.assign(new NotSynced(), { code: 'EIO' });
      },
    ]);

    await expect(journal.begin(intentOf())).rejects.toMatchObject({
      code: 'journal_unavailable',
      message: expect.stringContaining('the disk reports an error'),
    });
    await journal.check();

    expect(journal.written).toMatchObject([{ event: 'outcome', outcome: 'not_deleted' }]);
  });

  it('too late allows no deletion, and the journal says so then', async () => {
    let finish = (): void => undefined;
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const journal = scriptedJournal([() => slow], () => Promise.resolve());

    await expect(journal.begin(intentOf())).rejects.toMatchObject({
      code: 'journal_unavailable',
      message: expect.stringContaining('did not answer in time'),
    });
    finish();

    await eventually(() =>
      expect(journal.written).toMatchObject([
        { event: 'intent' },
        { event: 'outcome', outcome: 'not_deleted' },
      ]),
    );
  });
});

describe('a journal that cannot be written', () => {
  const cases: readonly [string, string, (path: string) => void][] = [
    ['a directory', 'it is a directory', (path) => mkdirSync(path)],
    ['a device', 'not a regular file', (path) => symlinkSync('/dev/full', path)],
    ['below a file', 'its folder does not exist', (path) => writeFileSync(join(path, '..'), '')],
    ['in a folder that does not exist', 'its folder does not exist', () => undefined],
  ];

  it.each(cases)('because its path is %s, says so and writes nothing', async (_, reason, make) => {
    const folder = join(testFolder(), 'state');
    if (reason.startsWith('it is') || reason.startsWith('not')) mkdirSync(folder);
    const path = join(folder, 'journal.jsonl');
    make(path);
    const journal = journalAt(path);

    const begun = journal.begin(intentOf());

    await expect(begun).rejects.toMatchObject({
      code: 'journal_unavailable',
      status: 503,
      message: expect.stringContaining(reason),
    });
    await expect(journal.check()).rejects.toMatchObject({ code: 'journal_unavailable' });
  });
});
