import { describe, expect, it } from 'vitest';
import { joinBackwards } from '../../../../shared/domain/journal/journal-join.ts';
import { journalText } from '../../../../shared/domain/journal/journal-lines.ts';
import type { JournalOutcome } from '../../../../shared/ports/journal-record.ts';
import { intentOf } from '../../../support/journal.ts';

const time = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString();
const intent = (id: string, seconds: number) =>
  journalText({ time: time(seconds), id, event: 'intent', ...intentOf() }).trimEnd();
const ended = (id: string, seconds: number, outcome: JournalOutcome) =>
  journalText({ time: time(seconds), id, event: 'outcome', ...intentOf(), outcome }).trimEnd();

/** The rows of these lines, and the damaged lines. */
function join(...lines: readonly string[]) {
  const joined = joinBackwards();
  const added = lines.toReversed().map((line) => ({ line, ...joined.add(line) }));
  const unread = [...added.flatMap(({ row }) => row ?? []), ...joined.rest()];
  return {
    rows: unread.map((row) => row.read()),
    damaged: added.filter(({ isDamaged }) => isDamaged).map(({ line }) => line),
  };
}

describe('the rows of a journal', () => {
  it('join the two lines of a deletion, the newest deletion first', () => {
    const { rows } = join(
      intent('a', 1),
      intent('b', 2),
      ended('a', 3, 'deleted'),
      ended('b', 4, 'not_deleted'),
    );

    expect(rows).toEqual([
      { ...intentOf(), id: 'b', time: time(2), outcome: 'not_deleted', settled_at: time(4) },
      { ...intentOf(), id: 'a', time: time(1), outcome: 'deleted', settled_at: time(3) },
    ]);
  });

  it('are unknown without an outcome', () => {
    expect(join(intent('a', 1)).rows).toMatchObject([{ outcome: 'unknown', settled_at: null }]);
  });

  it('are not settled by an outcome that does not know', () => {
    const { rows } = join(intent('a', 1), ended('a', 2, 'unknown'));

    expect(rows).toMatchObject([{ outcome: 'unknown', settled_at: null }]);
  });

  it('have the last outcome that knows', () => {
    const settledLater = [intent('a', 1), ended('a', 2, 'unknown'), ended('a', 3, 'deleted')];
    const unknownLater = [intent('a', 1), ended('a', 2, 'deleted'), ended('a', 3, 'unknown')];
    const settledTwice = [intent('a', 1), ended('a', 2, 'deleted'), ended('a', 3, 'not_deleted')];

    expect(join(...settledLater).rows).toMatchObject([{ outcome: 'deleted', settled_at: time(3) }]);
    expect(join(...unknownLater).rows).toMatchObject([{ outcome: 'deleted', settled_at: time(2) }]);
    expect(join(...settledTwice).rows).toMatchObject([{ outcome: 'not_deleted' }]);
  });

  it('have what the outcome says if the intent is gone, for example after a truncation', () => {
    const { rows } = join(ended('a', 3, 'deleted'), intent('b', 4));

    expect(rows).toMatchObject([
      { id: 'b', outcome: 'unknown' },
      { ...intentOf(), id: 'a', time: time(3), outcome: 'deleted', settled_at: time(3) },
    ]);
  });

  it('know members of later versions by no name', () => {
    const later = intent('a', 1).replace(/}$/, ',"added_later":true}');

    expect(join(later).rows).toEqual([
      { ...intentOf(), id: 'a', time: time(1), outcome: 'unknown', settled_at: null },
    ]);
  });
});

describe('a damaged line', () => {
  const cut = intent('a', 1).slice(0, 90);

  it.each([
    ['that is cut', cut],
    ['that is no JSON', 'disk error'],
    ['of zeros after a power failure', '\0'.repeat(100)],
    ['with an event that is not known', intent('a', 1).replace('"intent"', '"other"')],
    ['with an outcome that is not known', ended('a', 1, 'deleted').replace(/deleted"}$/, 'lost"}')],
  ])('%s is told, and the others are read', (_, line) => {
    const { rows, damaged } = join(intent('b', 1), line, ended('b', 2, 'deleted'));

    expect(rows).toMatchObject([{ id: 'b', outcome: 'deleted' }]);
    expect(damaged).toEqual([line]);
  });

  it.each([
    ['a cut line of another process', cut],
    ['zeros after a power failure', '\0'.repeat(100)],
  ])('does not hide the whole line that follows %s without a line feed', (_, before) => {
    const { rows, damaged } = join(intent('b', 1), before + ended('b', 2, 'deleted'));

    expect(rows).toMatchObject([{ id: 'b', outcome: 'deleted' }]);
    expect(damaged).toHaveLength(1);
  });

  it('is not an empty line', () => {
    expect(join('', intent('a', 1), '')).toMatchObject({ rows: [{ id: 'a' }], damaged: [] });
  });

  it('inside has no row', () => {
    const wrong = intent('a', 1).replace('"project":"team"', '"project":7');

    expect(join(wrong).rows).toEqual([null]);
  });

  it('is never seen in a text that a caller wrote', () => {
    const line = journalText({
      time: time(1),
      id: 'a',
      event: 'intent',
      ...intentOf({ reason: '{"time":"x","id":"b","event":"intent",}\n"outcome":"deleted"}' }),
    }).trimEnd();

    expect(join(line)).toMatchObject({ rows: [{ id: 'a' }], damaged: [] });
  });
});
