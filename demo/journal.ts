/** The journal of `npm run demo`, a temporary file with one deletion: that of an image that node-2 still runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalText } from '../shared/journal/journal-lines.ts';
import type { JournalLine } from '../shared/journal/journal-record.ts';
import { digestOf } from './harbor/registry.ts';

const DELETION = {
  id: 'b2a3f0c4-5f0a-4a6e-9c0d-5d1f3c1b7a10',
  request_id: 'demo-1',
  peer: '192.0.2.17',
  actor: 'ci',
  registry: null,
  project: 'platform',
  repository: 'apps/worker',
  reference: '1.8.3',
  digest: digestOf('platform/apps/worker 1.8.3'),
  tags: ['1.8.3'],
  size_bytes: 93_000_000,
  reason: 'vulnerable base image',
  force: true,
  tag_only: false,
  guards: ['in_use'],
  nodes: ['node-1', 'node-2'],
};

const LINES: readonly JournalLine[] = [
  { event: 'intent', time: '2026-01-12T09:40:11.208Z', ...DELETION },
  { event: 'outcome', time: '2026-01-12T09:40:11.231Z', ...DELETION, outcome: 'deleted' },
];

/** Writes the file. @returns its path, and how to remove it */
export function createDemoJournal() {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-demo-'));
  const path = join(folder, 'journal.jsonl');
  writeFileSync(path, LINES.map(journalText).join(''));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
