/** A journal of any length. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { journalText } from '../shared/domain/journal/journal-lines.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** Writes the journal of `lines / 2` deletions: each has two lines. */
export function journalOf(lines: number): { readonly path: string; readonly cleanup: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const file = path.join(folder, 'journal.jsonl');
  const deletions = Array.from({ length: lines / 2 }, (_, index) => deletion(index));
  writeFileSync(file, deletions.join(''), { mode: 0o600 });
  return { path: file, cleanup: () => rmSync(folder, { recursive: true, force: true }) };
}

function deletion(index: number): string {
  const common = {
    time: new Date(START_MS + index * 1_000).toISOString(),
    id: `00000000-0000-4000-8000-${hex(index, 12)}`,
    request_id: `request-${index}`,
    peer: '127.0.0.1',
    actor: 'cleanup',
    registry: 'registry.example.com',
    project: 'shop',
    repository: `team/application-${index % 100}`,
    reference: `build-${index}`,
    digest: `sha256:${hex(index, 64)}`,
    tags: [`build-${index}`],
    size_bytes: 20_000_000 + index,
    reason: 'old builds',
    force: false,
    tag_only: false,
    guards: [],
    nodes: ['node-0001', 'node-0002', 'node-0003'],
  };
  const intent = journalText({ ...common, event: 'intent' });
  return intent + journalText({ ...common, event: 'outcome', outcome: 'deleted' });
}

const hex = (index: number, digits: number) => index.toString(16).padStart(digits, '0');
