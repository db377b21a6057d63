import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { journalText } from '../../../../shared/domain/journal/journal-lines.ts';
import { createJournalIndex } from '../../../../shared/node/journal/journal-index.ts';
import { readPage, searchJournal } from '../../../../shared/node/journal/journal-reader.ts';
import { JOURNAL_OUTCOMES } from '../../../../shared/ports/journal-record.ts';
import { testFolder } from '../../../support/folder.ts';
import { intentOf } from '../../../support/journal.ts';

let now = Date.parse('2026-01-12T09:40:11.208Z');

/**
 * A line of one of few deletions, so that their lines come in every order, or one that is damaged. As in a real file,
 * no two lines have one time.
 */
const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('intent', ...JOURNAL_OUTCOMES))
    .map(([id, event]) => {
      const time = new Date(now++).toISOString();
      const begun = { id, time, ...intentOf({ reference: 'ä' }) };
      return event === 'intent'
        ? journalText({ ...begun, event })
        : journalText({ ...begun, event: 'outcome', outcome: event });
    }),
  fc.constantFrom('\n', 'cut\n', '{"time":"cut', '\u0000\n'),
);
const change = fc.record({
  lines: fc.array(line, { maxLength: 6 }),
  how: fc.constantFrom('append', 'append', 'append', 'truncate', 'replace'),
});

describe('a page of the journal', () => {
  it('has the rows that a search through the whole file finds, however the file changes', async () => {
    const path = join(testFolder(), 'journal.jsonl');
    const search = { matches: () => true, slice: { page: 1, pageSize: 3 } };
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        const index = createJournalIndex();
        writeFileSync(path, '');
        for (const { lines, how } of changes) {
          if (how === 'append') appendFileSync(path, lines.join(''));
          else if (how === 'truncate') writeFileSync(path, lines.join(''));
          else {
            writeFileSync(`${path}.new`, lines.join(''));
            renameSync(`${path}.new`, path);
          }
          for (const page of [1, 2, 9]) {
            const slice = { page, pageSize: 3 };
            const damaged: unknown[] = [];
            const note = (found: readonly number[]) => damaged.push(found);
            const expected = await searchJournal(path, { ...search, slice }, note);
            const read = { index, page: { matches: null, slice }, onDamaged: note };
            expect(await readPage(path, read)).toEqual(expected);
            expect(damaged[1]).toEqual(damaged[0]);
          }
        }
      }),
      { numRuns: Number(process.env['FUZZ_RUNS'] ?? 150) },
    );
  });

  it('reads what was appended since the last one, and not the file again', async () => {
    const path = join(testFolder(), 'journal.jsonl');
    const texts = Array.from({ length: 2000 }, (_, at) =>
      journalText({
        id: `d${at}`,
        time: '2026-01-12T09:40:11.208Z',
        ...intentOf(),
        event: 'intent',
      }),
    );
    writeFileSync(path, texts.slice(0, -1).join(''));
    const index = createJournalIndex();
    const file = await open(path);
    let bytes = 0;
    const watched = new Proxy(file, {
      get: (of, name) =>
        name === 'read'
          ? async (...args: [Buffer, number, number, number]) => {
              const result = await of.read(...args);
              bytes += result.bytesRead;
              return result;
            }
          : Reflect.get(of, name).bind(of),
    });
    expect(await index.update(watched)).toHaveLength(1999);
    bytes = 0;
    appendFileSync(path, texts.slice(-1).join(''));
    expect(await index.update(watched)).toHaveLength(2000);
    expect(bytes).toBeLessThan(5000);
    await file.close();
  });

  it('does not suit the index when there are too many deletions, or a line is not complete', async () => {
    const path = join(testFolder(), 'journal.jsonl');
    const text = journalText({ id: 'a', time: '', ...intentOf(), event: 'intent' });
    writeFileSync(path, text + text);
    const file = await open(path);
    expect(await createJournalIndex({ maxDeletions: 1 }).update(file)).toBeNull();
    const index = createJournalIndex();
    expect(await index.update(file)).toHaveLength(2);
    appendFileSync(path, 'cut');
    expect(await index.update(file)).toBeNull();
    await file.close();
  });
});
