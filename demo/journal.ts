/**
 * The journal of `npm run demo`, a temporary file: the deletion of an image that node-2 still runs, and those of the last
 * days.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalText } from '../shared/journal/journal-lines.ts';
import type { JournalLine, JournalRow } from '../shared/journal/journal-record.ts';
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

const HOUR_MS = 3_600_000;

/** Deletions of the last days: hours ago, actor, tag, size, and what differs from a plain one. */
const RECENT: readonly (readonly [
  hoursAgo: number,
  actor: string,
  tag: string,
  size_bytes: number | null,
  more: Partial<JournalRow>,
])[] = [
  [9 * 24, 'nightly', '2026.10', 402_000_000, {}],
  [5 * 24 + 3, 'nightly', '2026.11-rc1', 398_000_000, {}],
  [4 * 24 + 3, 'nightly', '2026.11-rc2', 399_000_000, {}],
  [2 * 24 + 6, 'alice', 'debug-alice', 512_000_000, { reason: 'debug build' }],
  [26, 'alice', 'edge', null, { reason: 'moved to stable', tag_only: true }],
  [7, 'nightly', '2026.11-rc3', 401_000_000, { outcome: 'not_deleted' }],
];

function recentLines(nowMs: number): readonly JournalLine[] {
  return RECENT.flatMap(
    (
      [hoursAgo, actor, tag, size_bytes, { outcome = 'deleted', settled_at: _, ...more }],
      index,
    ) => {
      const atMs = nowMs - hoursAgo * HOUR_MS;
      const time = (ms: number) => new Date(atMs + ms).toISOString();
      const deletion = {
        ...DELETION,
        id: `00000000-0000-4000-8000-00000000000${index}`,
        request_id: `demo-${index + 2}`,
        actor,
        project: 'data',
        repository: 'reports',
        reference: tag,
        tags: [tag],
        digest: digestOf(`data/reports ${tag}`),
        size_bytes,
        reason: 'nightly cleanup',
        force: false,
        guards: [],
        ...more,
      };
      return [
        { event: 'intent' as const, time: time(0), ...deletion },
        { event: 'outcome' as const, time: time(40), ...deletion, outcome },
      ];
    },
  );
}

/** Writes the file. @returns its path, and how to remove it */
export function createDemoJournal() {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-demo-'));
  const path = join(folder, 'journal.jsonl');
  writeFileSync(path, [...LINES, ...recentLines(Date.now())].map(journalText).join(''));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
