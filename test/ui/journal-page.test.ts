import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import type { JournalRow } from '../../shared/ports/journal-record.ts';
import { testFolder } from '../support/folder.ts';
import { intentOf } from '../support/journal.ts';
import { createRouter } from '../support/router.ts';
import { visitorOf } from '../support/visitor.ts';

const NOW = Date.UTC(2026, 10, 27, 12);
const DAY_MS = 86_400_000;

let path = '';
beforeEach(() => {
  path = join(testFolder(), 'journal.jsonl');
});

/** Writes settled deletions: the first is one day old, the second two, and so on. */
function writeJournal(deletions: readonly Partial<JournalRow>[]): void {
  const lines = deletions.map((deletion, index) => {
    const { outcome = 'deleted', settled_at: _, ...rest } = deletion;
    const time = new Date(NOW - (index + 1) * DAY_MS).toISOString();
    const common = { ...intentOf(), id: `d${index + 1}`, time, ...rest };
    const end = outcome === 'unknown' ? '' : journalText({ ...common, event: 'outcome', outcome });
    return journalText({ ...common, event: 'intent' }) + end;
  });
  writeFileSync(path, lines.reverse().join(''));
}

function visited(config: object = { delete_config: { journal_file: path } }) {
  const visitor = visitorOf(createRouter(config, { parts: { now: () => NOW } }));
  const html = async (query = '') => {
    const res = await visitor.open(`/ui/journal${query}`);
    expect(res.status).toBe(200);
    return res.text();
  };
  return { visitor, html };
}

/** The text of the table's cells, row by row, without the reason and what unfolds. */
function cellsOf(html: string): readonly (readonly string[])[] {
  const [, body = ''] = /<tbody>(.*)<\/tbody>/s.exec(html) ?? [];
  return body
    .split('<tr')
    .slice(1)
    .map((row) =>
      row
        .replace(/<(details|p).*?<\/\1>/gs, '')
        .split('<td')
        .slice(1)
        .map((cell) => `<td${cell}`.replace(/<[^>]*>/g, '').trim()),
    );
}

/** The references of the deletions that a page shows, in order. */
const shown = (html: string) => cellsOf(html).map(([, , what]) => what?.replace(/^.*?[:@]/, ''));

describe('the journal', () => {
  it('shows who deleted what, how large it was, and how it ended, the newest first', async () => {
    writeJournal([
      { actor: 'ci', repository: 'apps/web', reference: 'v2', size_bytes: 93_000_000 },
      { actor: null, reference: 'v1', outcome: 'not_deleted', size_bytes: null },
      { actor: 'phone', reference: 'v0', outcome: 'unknown', tag_only: true, size_bytes: null },
    ]);

    const html = await visited().html();

    expect(cellsOf(html)).toEqual([
      ['2026-11-26 12:00 UTC', 'ci', 'team/apps/web:v2', '93MB', 'deleted'],
      ['2026-11-25 12:00 UTC', 'no token', 'team/web:v1', 'unknown', 'not deleted'],
      ['2026-11-24 12:00 UTC', 'phone', 'team/web:v0 only the tag', '–', 'unknown'],
    ]);
  });

  it('unfolds the plan: tags, digest, nodes, and what force overrode', async () => {
    writeJournal([
      {
        tags: ['v1', 'latest'],
        force: true,
        guards: ['in_use', 'usage_unknown'],
        reason: 'vulnerable base image',
        nodes: ['node-1', 'node-2'],
        request_id: 'asked-1',
      },
    ]);

    const html = await visited().html();

    const plan = (/<details.*?<\/details>/s.exec(html)?.[0] ?? '').replace(/<[^>]*>/g, ' ');
    expect(plan).toContain(`sha256:${'1'.repeat(64)}`);
    expect(plan).toMatch(/Tags that went with it\s+v1, latest/);
    expect(plan).toMatch(/Nodes that were asked\s+node-1, node-2/);
    expect(plan).toMatch(/yes, although a container used it, and not every node could be read/);
    expect(plan).toMatch(/Reason\s+vulnerable base image/);
    expect(plan).toMatch(/Request\s+asked-1/);
  });

  it('links to the artifact, or to its repository once it is gone', async () => {
    const digest = `sha256:${'1'.repeat(64)}`;
    writeJournal([{}, { outcome: 'not_deleted' }, { tag_only: true }]);

    const html = await visited().html();

    expect(html.match(/href="\/ui\/(harbor|artifacts)\/[^"]*"/g)).toEqual([
      'href="/ui/harbor/team/web"',
      `href="/ui/artifacts/team/web/${digest}"`,
      `href="/ui/artifacts/team/web/${digest}"`,
    ]);
  });

  it('is shown in slices of 100', async () => {
    writeJournal(Array.from({ length: 101 }, (_, index) => ({ reference: `v${index}` })));
    const { html } = visited();

    const first = await html();
    const second = await html('?page=2');

    expect(first).toContain('1 to 100 of 101');
    expect(first).toContain('rel="next"');
    expect(shown(second)).toEqual(['v100']);
  });
});

describe('the filters', () => {
  const DELETIONS = [
    { actor: 'ci', reference: 'today-1', size_bytes: 1_000_000 },
    { actor: 'phone', reference: 'two', outcome: 'not_deleted' as const },
    { actor: 'ci', reference: 'three', project: 'data', size_bytes: 2_000_000 },
    { actor: 'ci', reference: 'four', reason: 'nightly builds', size_bytes: null },
  ];

  it.each([
    ['', ['today-1', 'two', 'three', 'four']],
    ['?actor=ci', ['today-1', 'three', 'four']],
    ['?project=data', ['three']],
    ['?outcome=not_deleted', ['two']],
    ['?q=NIGHTLY', ['four']],
    ['?since=2026-11-25', ['today-1', 'two']],
    ['?until=2026-11-24', ['three', 'four']],
    ['?since=2026-11-24&until=2026-11-25', ['two', 'three']],
    ['?since=2026-11-24T12%3A00%3A01Z', ['today-1', 'two']],
    ['?until=2026-11-24T12%3A00%3A00Z', ['four']],
    ['?sort=time', ['four', 'three', 'two', 'today-1']],
    ['?q=&actor=&project=&outcome=&since=&until=', ['today-1', 'two', 'three', 'four']],
  ])('of %j show %j', async (query, references) => {
    writeJournal(DELETIONS);

    expect(shown(await visited().html(query))).toEqual(references);
  });

  it('show their values in the form', async () => {
    writeJournal(DELETIONS);

    const html = await visited().html('?actor=ci&since=2026-11-24&until=2026-11-25T10:00:00Z');

    expect(html).toContain('name="actor" value="ci"');
    expect(html).toContain('type="date" name="since" value="2026-11-24"');
    expect(html).toContain('type="date" name="until" value="2026-11-25"');
  });

  it.each([
    '?since=yesterday',
    '?until=2026-13-01',
    '?outcome=gone',
    '?acter=ci',
    '?since=2026-02-30',
  ])('that are not valid are refused: %s', async (query) => {
    const { visitor } = visited();

    expect((await visitor.open(`/ui/journal${query}`)).status).toBe(422);
  });

  it('answer who deleted how much last week', async () => {
    writeJournal([...DELETIONS, ...Array.from({ length: 5 }, () => ({ actor: 'old' }))]);
    const { html } = visited();
    const [, link = ''] = /href="\/ui\/journal(\?[^"]*)"[^>]*>Last 7 days/.exec(await html()) ?? [];

    const week = await html(link);

    expect(link).toBe('?since=2026-11-21');
    const text = week.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
    expect(text).toContain('3 by ci 3MB of artifacts');
    expect(text).toContain('0 by phone 0B of artifacts; 1 not deleted or not known');
    expect(text).toContain('2 by old');
    expect(week).toContain('href="/ui/journal?since=2026-11-21&amp;actor=ci"');
    expect(week).toMatch(/aria-current="true"[^>]*>Last 7 days/);
  });
});

describe('a journal without rows', () => {
  it('that is not configured says how to set it up', async () => {
    const html = await visited({}).html();

    expect(html).toContain('There is no journal yet.');
    expect(html).toContain('delete_config.journal_file');
    expect(html).not.toContain('<table');
  });

  it('that is empty says so', async () => {
    writeFileSync(path, '');

    expect(await visited().html()).toContain('The journal has no deletion yet.');
  });

  it('of a search leads back to all', async () => {
    writeJournal([{}]);

    const html = await visited().html('?q=nothing');

    expect(html).toContain('No deletion matches.');
    expect(html).toContain('<a href="/ui/journal">Show all deletions</a>');
  });

  it('that cannot be read is an error, with its code and the request id', async () => {
    const { visitor } = visited({ delete_config: { journal_file: testFolder() } });

    const res = await visitor.open('/ui/journal', { 'x-request-id': 'asked-2' });

    expect(res.status).toBe(503);
    const html = await res.text();
    expect(html).toContain('journal_unavailable');
    expect(html).toContain('asked-2');
  });
});

it('a damaged line hides no other deletion', async () => {
  writeJournal([{ reference: 'v1' }]);
  appendFileSync(path, '{"time":"2026\n');

  expect(shown(await visited().html())).toEqual(['v1']);
});
