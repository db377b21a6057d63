/**
 * The journal of `npm run demo`, a temporary file: the deletion of an image that node-2 still runs, and deletions of the
 * last days.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { journalText } from '../shared/domain/journal/journal-lines.ts';
import type { JournalLine, JournalOutcome, JournalRow } from '../shared/ports/journal-record.ts';
import { digestOf } from './harbor/registry.ts';

const COMMON = {
  peer: '192.0.2.17',
  registry: null,
  push_time: null,
  force: false,
  tag_only: false,
  guards: [],
  nodes: ['node-1', 'node-2'],
};

const FORCED = {
  ...COMMON,
  id: 'b2a3f0c4-5f0a-4a6e-9c0d-5d1f3c1b7a10',
  request_id: 'demo-1',
  actor: 'ci',
  project: 'platform',
  repository: 'apps/worker',
  reference: '1.8.3',
  digest: digestOf('platform/apps/worker 1.8.3'),
  tags: ['1.8.3'],
  size_bytes: 93_000_000,
  reason: 'vulnerable base image',
  force: true,
  guards: ['in_use'],
};

const FORCED_LINES: readonly JournalLine[] = [
  { event: 'intent', time: '2026-01-12T09:40:11.208Z', ...FORCED },
  { event: 'outcome', time: '2026-01-12T09:40:11.231Z', ...FORCED, outcome: 'deleted' },
];

const NIGHTLY = {
  actor: 'nightly',
  project: 'data',
  repository: 'etl/nightly',
  reason: 'nightly cleanup',
};
const ALICE = { actor: 'alice', project: 'library', repository: 'toolbox' };

interface Recent
  extends Pick<
    JournalRow,
    'actor' | 'project' | 'repository' | 'reference' | 'size_bytes' | 'reason'
  > {
  readonly hoursAgo: number;
  readonly digest?: string;
  readonly tag_only?: boolean;
  readonly outcome?: JournalOutcome;
}

/** Deletions of the last days, the oldest first. */
const RECENT: readonly Recent[] = [
  { hoursAgo: 219, ...NIGHTLY, reference: '20260702', size_bytes: 408_000_000 },
  { hoursAgo: 123, ...NIGHTLY, reference: '20260703', size_bytes: 409_000_000 },
  { hoursAgo: 99, ...NIGHTLY, reference: '20260704', size_bytes: 410_000_000 },
  { hoursAgo: 54, ...ALICE, reference: 'debug', size_bytes: 52_000_000, reason: 'debug build' },
  {
    hoursAgo: 26,
    ...ALICE,
    reference: 'edge',
    size_bytes: null,
    reason: 'moved to latest',
    tag_only: true,
    digest: digestOf('library/toolbox 2026.06'),
  },
  {
    hoursAgo: 3,
    ...NIGHTLY,
    reference: '20260706',
    size_bytes: 411_000_000,
    outcome: 'not_deleted',
  },
];

function recentLines(nowMs: number): readonly JournalLine[] {
  return RECENT.flatMap(({ hoursAgo, outcome = 'deleted', ...given }, index) => {
    const startedMs = nowMs - hoursAgo * 3_600_000;
    const { project, repository, reference } = given;
    const deletion = {
      ...COMMON,
      id: `00000000-0000-4000-8000-00000000000${index}`,
      request_id: `demo-${index + 2}`,
      digest: digestOf(`${project}/${repository} ${reference}`),
      tags: [reference],
      ...given,
    };
    return [
      { event: 'intent', time: timeOf(startedMs), ...deletion },
      { event: 'outcome', time: timeOf(startedMs + 40), ...deletion, outcome },
    ];
  });
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** Writes the file. @returns its path, and how to remove it */
export function createDemoJournal() {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-demo-'));
  const path = join(folder, 'journal.jsonl');
  const lines = [...FORCED_LINES, ...recentLines(Date.now())];
  writeFileSync(path, lines.map(journalText).join(''));
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
