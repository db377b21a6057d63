/** `GET /journal` over a long file: a page, and the complete list. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { benchCrictl } from './crictl.ts';
import { getBody } from './harbor.ts';
import { median, timed } from './measure.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE, startServices } from './service.ts';

/** Two lines each. */
const DELETIONS = 30_000;
const PAGE = 'a page of 100';

export async function journal(builds: readonly Build[]): Promise<void> {
  const crictl = benchCrictl(1);
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const journalPath = path.join(folder, 'journal.jsonl');
  writeFileSync(
    journalPath,
    Array.from({ length: DELETIONS }, (_, index) => lines(index)).join(''),
  );
  const services = await startServices(builds, { crictlPath: crictl.path, journalPath });
  const find = await compare(
    `/journal, ${(2 * DELETIONS).toLocaleString('en-US')} lines`,
    services.flatMap(({ name, program: { url } }) =>
      [
        { what: PAGE, query: '?page_size=100' },
        { what: 'a page in the middle', query: '?page=150&page_size=100' },
        { what: 'a search', query: '?page_size=100&q=v123' },
        { what: 'the complete list', query: '' },
      ].map(({ what, query }) => ({
        what,
        who: name,
        unit: 'ms' as const,
        run: () => timed(() => getBody(`${url}/journal${query}`)),
      })),
    ),
    { rounds: 7, warmUp: true },
  );
  goal('journalPage', median(find(PAGE, SERVICE).samples));
  await Promise.all(services.map(({ program }) => program.stop()));
  crictl.cleanup();
  rmSync(folder, { recursive: true, force: true });
}

/** The lines of a deletion. */
function lines(index: number): string {
  const head = { time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString() };
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const digest = `sha256:${index.toString(16).padStart(64, '0')}`;
  const rest = {
    request_id: id,
    peer: '192.0.2.1',
    actor: 'ci',
    registry: 'harbor.example.test',
    project: `project-${index % 40}`,
    repository: `apps/service-${index % 500}`,
    reference: `v${index}`,
    digest,
    tags: [`v${index}`],
    size_bytes: 20_000_000,
    reason: 'nightly builds',
    force: false,
    tag_only: false,
    guards: [],
    nodes: ['node-1', 'node-2', 'node-3'],
  };
  const texts = [
    { ...head, id, event: 'intent', ...rest },
    { ...head, id, event: 'outcome', ...rest, outcome: 'deleted' },
  ].map((line) => `${JSON.stringify(line)}\n`);
  return texts.join('');
}
