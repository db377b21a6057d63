/** The promises of the `Journal` port (shared/ports/journal.ts), as cases that every implementation passes. */
import { describe, expect, it } from 'vitest';
import type { Journal } from '../../shared/ports/journal.ts';
import { intentOf } from '../support/journal.ts';

/** A journal, and a look at what it has written. */
export interface JournalSubject {
  readonly journal: Journal;
  /** Its lines without their time, in order. */
  readonly written: () => readonly Readonly<Record<string, unknown>>[];
}

/** A journal that can be read, and whose disk can fail. */
export interface StoredJournalSubject extends JournalSubject {
  readonly setFull: (isFull: boolean) => void;
}

const ALL = { matches: null, slice: null } as const;
const UNAVAILABLE = { code: 'journal_unavailable' };

/** What every journal does: it writes. */
export function journalSuite(make: () => JournalSubject): void {
  it('has a line when a deletion may begin, and one more when its outcome is known', async () => {
    const { journal, written } = make();
    const intent = intentOf({ reason: 'no\nlonger "needed"', force: true, guards: ['in_use'] });
    const entry = await journal.begin(intent);
    const begun = { ...intent, id: expect.any(String), event: 'intent' };
    expect(written()).toEqual([begun]);
    await entry.settle('deleted');
    const [first, second] = written();
    expect(first).toEqual(begun);
    expect(second).toEqual({ ...first, event: 'outcome', outcome: 'deleted' });
  });

  it('tells deletions apart by their ids', async () => {
    const { journal, written } = make();
    const [one, other] = [await journal.begin(intentOf()), await journal.begin(intentOf())];
    await other.settle('not_deleted');
    await one.settle('unknown');
    const ids = written().map(({ id }) => id);
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids.slice(2)).toEqual([ids[1], ids[0]]);
  });
}

/** What a journal does that can be read. */
export function storedJournalSuite(make: () => StoredJournalSubject): void {
  journalSuite(make);

  /** Deletions of v0, v1, …, of which the first ones have an outcome. */
  const begin = async (
    count: number,
    outcomes: readonly ('deleted' | 'not_deleted' | 'unknown')[],
  ) => {
    const subject = make();
    for (let index = 0; index < count; index++) {
      const entry = await subject.journal.begin(intentOf({ reference: `v${index}` }));
      const outcome = outcomes[index];
      await (outcome && entry.settle(outcome));
    }
    return subject;
  };

  describe('a row', () => {
    it('is one deletion, the newest first, with its outcome', async () => {
      const { journal } = await begin(4, ['deleted', 'not_deleted', 'unknown']);
      const { rows, total } = await journal.read(ALL);
      expect(total).toBe(4);
      expect(rows.map(({ reference, outcome }) => [reference, outcome])).toEqual([
        ['v3', 'unknown'],
        ['v2', 'unknown'],
        ['v1', 'not_deleted'],
        ['v0', 'deleted'],
      ]);
      expect(rows.map(({ settled_at }) => settled_at !== null)).toEqual([false, false, true, true]);
    });

    it('has all that was to be written', async () => {
      const { journal } = make();
      const intent = intentOf({ tags: ['v1', 'stable'], size_bytes: null, tag_only: true });
      await journal.begin(intent);
      const { rows } = await journal.read(ALL);
      expect(rows).toEqual([
        {
          ...intent,
          time: expect.any(String),
          id: expect.any(String),
          outcome: 'unknown',
          settled_at: null,
        },
      ]);
    });
  });

  it('has no rows before the first deletion', async () => {
    expect(await make().journal.read(ALL)).toEqual({ rows: [], total: 0 });
  });

  it('has the rows of a search, and of a slice with the total of all', async () => {
    const { journal } = await begin(5, ['deleted', 'deleted']);
    const deleted = await journal.read({
      matches: ({ outcome }) => outcome === 'deleted',
      slice: null,
    });
    expect(deleted.rows.map(({ reference }) => reference)).toEqual(['v1', 'v0']);
    const slice = await journal.read({ matches: null, slice: { page: 2, pageSize: 2 } });
    expect(slice.rows.map(({ reference }) => reference)).toEqual(['v2', 'v1']);
    expect(slice.total).toBe(5);
    const none = await journal.read({ matches: null, slice: { page: 9, pageSize: 2 } });
    expect(none).toEqual({ rows: [], total: 5 });
  });

  describe('a disk that is full', () => {
    it('allows no deletion, and is what a check says', async () => {
      const { journal, setFull } = make();
      await expect(journal.check()).resolves.toBeUndefined();
      setFull(true);
      await expect(journal.begin(intentOf())).rejects.toMatchObject(UNAVAILABLE);
      await expect(journal.check()).rejects.toMatchObject(UNAVAILABLE);
      setFull(false);
      await expect(journal.check()).resolves.toBeUndefined();
    });

    it('does not reject an outcome, which is written later', async () => {
      const { journal, setFull, written } = make();
      const entry = await journal.begin(intentOf());
      setFull(true);
      await expect(entry.settle('deleted')).resolves.toBeUndefined();
      setFull(false);
      await journal.check();
      expect(written().map(({ event }) => event)).toEqual(['intent', 'outcome']);
      expect((await journal.read(ALL)).rows).toMatchObject([{ outcome: 'deleted' }]);
    });
  });
}
