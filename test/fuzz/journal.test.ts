/** The lines of the journal, and the events that the program of the cleanup reads. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  journalText,
  lastLineOf,
  peekLine,
  readLine,
} from '../../shared/domain/journal/journal-lines.ts';
import { outcomeOfGone } from '../../shared/domain/journal/later-deletions.ts';
import { CleanupRefused } from '../../shared/node/cleanup/cleanup-client.ts';
import { runCleanup } from '../../shared/node/cleanup/run-cleanup.ts';
import { searchJournal, unsettledRows } from '../../shared/node/journal/journal-reader.ts';
import type { JournalRow } from '../../shared/ports/journal-record.ts';
import { testFolder } from '../support/folder.ts';
import { intentOf } from '../support/journal.ts';
import { chunksOf } from './examples.ts';
import { holds, holdsAsync } from './fuzz.ts';
import { mutated } from './texts.ts';

const LINE = { id: 'a-b', time: '2026-01-12T09:40:11.208Z', ...intentOf({ reason: 'old' }) };
const INTENT = journalText({ ...LINE, event: 'intent' });
const OUTCOME = journalText({ ...LINE, event: 'outcome', outcome: 'deleted' });
const LINES = [INTENT.trimEnd(), OUTCOME.trimEnd(), `${INTENT}${OUTCOME}`, INTENT.slice(0, 50)];

it('a bad line is damaged, or what was peeked of it is what it says', () => {
  holds(mutated(LINES), (text) => {
    const [line = ''] = text.split('\n');
    const peeked = peekLine(line);
    const read = readLine(line);
    const whole = peeked !== null && read !== null;
    expect(whole ? peeked.id : '').toBe(whole ? read.id : '');
    expect(line.endsWith(lastLineOf(line).line)).toBe(true);
  });
});

it('a journal of bad lines is read, and its damaged lines are told', async () => {
  const path = join(testFolder(), 'journal.jsonl');
  const lines = fc.array(mutated(LINES), { minLength: 1, maxLength: 6 });
  await holdsAsync(lines, async (texts) => {
    writeFileSync(path, `${INTENT}${texts.join('\n')}\n${OUTCOME}`);
    let damaged: readonly number[] = [];
    const search = { matches: () => true, slice: null };
    const { rows, total } = await searchJournal(path, search, (found) => {
      damaged = found;
    });
    expect(rows.length).toBe(total);
    expect(damaged.filter((line) => !Number.isInteger(line) || line < 1)).toEqual([]);
    await unsettledRows(path, null, () => undefined);
  });
});

it('a deletion whose target is gone was not the one that deleted it, if a later one was', () => {
  const outcomes = fc.constantFrom('deleted', 'not_deleted', 'unknown');
  const rows = fc.array(
    fc.record({
      time: fc.oneof(fc.string(), fc.date().map(String)),
      push_time: fc.option(fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '')),
      outcome: outcomes,
      tag_only: fc.boolean(),
      reference: fc.constantFrom('v1', 'v2'),
    }),
  );
  holds(fc.tuple(rows, fc.double()), ([later, endedByMs]) => {
    const rowOf = (own: object) => ({ ...LINE, outcome: null, ...own }) as unknown as JournalRow;
    const outcome = outcomeOfGone(rowOf({}), { later: later.map(rowOf), endedByMs });
    const others = later.filter(({ tag_only, outcome: one }) => !tag_only && one === 'deleted');
    expect(others.length > 0 && outcome === 'deleted').toBe(false);
  });
});

const row = {
  project: 'shop',
  repository: 'web',
  digest: `sha256:${'a'.repeat(64)}`,
  tags: ['ci-1'],
  size_bytes: 10,
};
const STREAM = [
  `:\n\nevent: deleted\ndata: ${JSON.stringify({ ...row, detail: null })}\n\n`,
  'event: done\ndata: {"deleted":1,"deleted_bytes":10,"kept_now":0,"failed":0,"stopped":null}\n\n',
];

it('a bad stream of events ends a cleanup with CleanupRefused, or with its result', async () => {
  const candidates = [{ ...row, pushed_at: null, pulled_at: null, rules: [] }];
  const plan = JSON.stringify({ candidates, size_bytes: 10, kept_counts: {} });
  const given = fc.tuple(
    mutated([plan]),
    mutated([STREAM.join('')]),
    fc.integer({ min: 1, max: 99 }),
  );
  await holdsAsync(given, async ([planText, stream, size]) => {
    const bodies = [planText, stream];
    const client = {
      call: async () => {
        const body = ReadableStream.from(chunksOf(bodies.shift() ?? '', size));
        return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>);
      },
      close: async () => undefined,
    };
    const settings = { policy: 'weekly', apply: true, reason: 'a', print: () => undefined };
    const result: unknown = await runCleanup({ ...settings, client: client as never }).catch(
      (err: unknown) => err,
    );
    expect(typeof result === 'boolean' || result instanceof CleanupRefused).toBe(true);
  });
});
