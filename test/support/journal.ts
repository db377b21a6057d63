/** Journals of tests. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { JournalIntent, JournalLine } from '../../shared/journal/journal-record.ts';

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

/** Changes the lines of a journal as if they had been written so much earlier. */
export function makeOlder(path: string, ms: number): void {
  const older = linesOf(path).map((line) => ({
    ...line,
    time: new Date(Date.parse(line.time) - ms).toISOString(),
  }));
  writeFileSync(path, older.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
