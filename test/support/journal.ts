/** Journals of tests. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Clock } from '../../demo/harbor/clock.ts';
import { joinBackwards } from '../../shared/domain/journal/journal-join.ts';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import type { Journal } from '../../shared/ports/journal.ts';
import type { JournalIntent, JournalLine, JournalRow } from '../../shared/ports/journal-record.ts';
import { Problem } from '../../shared/values/problem.ts';
import { cutSlice } from '../../shared/values/slice.ts';
import { eventually } from './eventually.ts';

/** A deletion that is about to begin. */
export function intentOf(more: Partial<JournalIntent> = {}): JournalIntent {
  return {
    request_id: 'r1',
    peer: '192.0.2.1',
    actor: 'ci',
    registry: 'harbor.example.test',
    project: 'team',
    repository: 'web',
    reference: 'v1',
    digest: `sha256:${'1'.repeat(64)}`,
    tags: ['v1'],
    size_bytes: 1000,
    push_time: null,
    reason: null,
    force: false,
    tag_only: false,
    guards: [],
    nodes: ['node-1'],
    ...more,
  };
}

/** The whole lines of a journal's file; none if there is no file. */
export function linesOf(path: string): readonly JournalLine[] {
  if (!existsSync(path)) return [];
  const texts = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return texts.filter((text) => text !== '').map((text) => JSON.parse(text) as JournalLine);
}

/** The rows that `read` finds, once no outcome is unknown. */
export function settledRows(
  read: () => Promise<readonly JournalRow[]>,
): Promise<readonly JournalRow[]> {
  return eventually(async () => {
    const found = await read();
    if (found.some(({ outcome }) => outcome === 'unknown')) throw new Error('not settled yet');
    return found;
  });
}

/** Changes the lines of a journal as if they had been written so much earlier. */
export function makeOlder(path: string, ms: number): void {
  const older = linesOf(path).map((line) => ({
    ...line,
    time: new Date(Date.parse(line.time) - ms).toISOString(),
  }));
  writeFileSync(path, older.map((line) => `${JSON.stringify(line)}\n`).join(''));
}

/** A line of a journal in memory, and when it was on the disk. */
type TimedLine = JournalLine & { readonly atMs: number };

/** A journal in memory. Its disk needs `lineMs` for each line, calls `onWrite` before, and may be full. */
export function memoryJournal({ now, sleep }: Clock) {
  const lines: TimedLine[] = [];
  const disk = { lineMs: 0, isFull: false, onWrite: (): void => undefined };
  /** Outcomes that could not be written. */
  const waiting: JournalLine[] = [];
  const write = async (line: JournalLine): Promise<void> => {
    disk.onWrite();
    if (disk.lineMs > 0) await sleep(disk.lineMs);
    if (disk.isFull) throw new Problem('journal_unavailable', 'The disk is full.');
    const atMs = now();
    lines.push(...[...waiting.splice(0), line].map((one) => ({ ...one, atMs })));
  };
  const journal: Journal = {
    configured: false, // so that `force` needs no reason
    async begin(intent) {
      const line = { time: new Date(now()).toISOString(), id: crypto.randomUUID(), ...intent };
      await write({ ...line, event: 'intent' });
      return {
        settle: async (outcome) => {
          const end = { ...line, event: 'outcome', outcome } as const;
          await write(end).catch(() => waiting.push(end));
        },
      };
    },
    read: async ({ matches, slice }) => {
      const join = joinBackwards();
      const begun = lines.toReversed().flatMap(({ atMs: _, ...line }) => {
        return join.add(journalText(line).trimEnd()).row ?? [];
      });
      const rows = [...begun, ...join.rest()].flatMap((row) => row.read() ?? []);
      return cutSlice(matches === null ? rows : rows.filter(matches), slice);
    },
    check: async () => {
      if (disk.isFull) throw new Problem('journal_unavailable', 'The disk is full.');
      lines.push(...waiting.splice(0).map((line) => ({ ...line, atMs: now() })));
    },
  };
  return { journal, lines, disk };
}
