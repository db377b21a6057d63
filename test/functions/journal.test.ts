import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { apiError, nginxError } from '../../demo/harbor/answer.ts';
import type { Faults } from '../../demo/harbor/faults.ts';
import { journalText } from '../../shared/domain/journal/journal-lines.ts';
import type { JournalOutcome, JournalRow } from '../../shared/ports/journal-record.ts';
import { bodyOf } from '../support/body.ts';
import { testFolder } from '../support/folder.ts';
import { intentOf, linesOf } from '../support/journal.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { createService } from '../support/service.ts';

const TOKEN = 'write-token-of-ci';
const DIGEST = `sha256:${'1'.repeat(64)}`;

let path = '';
beforeEach(() => {
  path = join(testFolder(), 'journal.jsonl');
});

function service(options: { readonly faults?: Faults; readonly config?: object } = {}) {
  const registry = keptRegistry([
    {
      name: 'team',
      immutableTags: ['release-*'],
      repositories: {
        web: [
          { digest: DIGEST, tags: ['v1', 'v2'] },
          { digest: `sha256:${'2'.repeat(64)}`, tags: ['release-1'] },
        ],
      },
    },
  ]);
  return createService({
    harbor: { registry, ...(options.faults && { faults: options.faults }) },
    config: {
      app_config: { write_token: { ci: TOKEN } },
      harbor_config: LOGIN,
      delete_config: { journal_file: path, delete_guard: 'off' },
      ...options.config,
    },
  });
}

type Service = ReturnType<typeof service>;

function remove({ get }: Pick<Service, 'get'>, what: string): Promise<Response> {
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-request-id': 'asked' };
  return get(`/harbor/artifacts/team/web/${what}`, { method: 'DELETE', headers });
}

const rowsOf = ({ json }: Pick<Service, 'json'>, query = '') =>
  json<JournalRow[]>(`/journal${query}`);

/** Writes a journal of settled deletions, one a minute. */
function writeJournal(deletions: readonly (Partial<JournalRow> | JournalOutcome)[]): void {
  const lines = deletions.flatMap((deletion, index) => {
    const more = typeof deletion === 'string' ? { outcome: deletion } : deletion;
    const { outcome = 'deleted', settled_at: _, ...rest } = more;
    const id = `d${index + 1}`;
    const time = new Date(Date.UTC(2026, 0, 1, 0, index + 1)).toISOString();
    const common = { ...intentOf({ registry: null }), id, time, ...rest };
    return [
      journalText({ ...common, event: 'intent' }),
      journalText({ ...common, event: 'outcome', outcome }),
    ];
  });
  writeFileSync(path, lines.join(''));
}

const idsOf = (rows: readonly JournalRow[]) => rows.map(({ id }) => id).join(' ');

describe('a deletion with a journal', () => {
  it('is told with everything about it', async () => {
    const running = service();

    const res = await remove(running, `${DIGEST}`);

    expect(res.status).toBe(200);
    expect(await rowsOf(running)).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        request_id: 'asked',
        peer: '127.0.0.1',
        actor: 'ci',
        registry: 'harbor.example.test',
        project: 'team',
        repository: 'web',
        reference: DIGEST,
        digest: DIGEST,
        tags: ['v2', 'v1'],
        children: [],
        accessories: [],
        size_bytes: expect.any(Number),
        push_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        reason: null,
        force: false,
        tag_only: false,
        guards: [],
        nodes: [],
        outcome: 'deleted',
        settled_at: expect.any(String),
      },
    ]);
  });

  it('of a tag alone is told with that tag, and without bytes', async () => {
    const running = service();

    await remove(running, 'v1?tag_only=true');

    expect(await rowsOf(running)).toMatchObject([
      { reference: 'v1', tags: ['v1'], tag_only: true, size_bytes: null, outcome: 'deleted' },
    ]);
  });

  it('is not told for a dry run', async () => {
    const running = service();

    await remove(running, `${DIGEST}?dry_run=true`);

    expect(linesOf(path)).toEqual([]);
  });

  it('is not_deleted when Harbor refuses it', async () => {
    const answer = apiError(403, 'FORBIDDEN', 'no permission to delete');
    const running = service({
      faults: ({ method }) => (method === 'DELETE' ? { answer } : undefined),
    });

    const res = await remove(running, DIGEST);

    expect(res.status).toBe(403);
    expect(await rowsOf(running)).toMatchObject([{ outcome: 'not_deleted' }]);
  });

  it('is deleted when something else deleted it first, or a proxy sent it twice', async () => {
    const running = service({
      faults: ({ method }) => (method === 'DELETE' ? { repeat: true } : undefined),
    });

    const res = await remove(running, DIGEST);

    expect((await bodyOf(res))['outcome']).toBe('gone');
    expect(await rowsOf(running)).toMatchObject([{ outcome: 'deleted' }]);
  });

  it('is unknown while Harbor does not say', async () => {
    const running = service({
      faults: ({ method }) => (method === 'DELETE' ? { answer: nginxError(504) } : undefined),
    });

    const res = await remove(running, DIGEST);

    expect(res.status).toBe(504);
    expect(await rowsOf(running)).toMatchObject([{ outcome: 'unknown', settled_at: null }]);
  });

  it('is sent again as soon as the journal can be written', async () => {
    mkdirSync(path);
    const running = service();
    await remove(running, DIGEST);
    rmSync(path, { recursive: true });

    const res = await remove(running, DIGEST);

    expect(res.status).toBe(200);
    expect(await rowsOf(running)).toMatchObject([{ outcome: 'deleted' }]);
    const lines = running.log.filter(({ path: file }) => file === path);
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['ERROR', expect.stringContaining('nothing can be deleted')],
      ['WARNING', 'the journal can be written again'],
    ]);
  });

  it('has its record in the log where there is no file', async () => {
    const running = service({ config: { delete_config: { delete_guard: 'off' } } });

    await remove(running, DIGEST);

    const records = running.log.filter(({ msg }) => msg === 'journal');
    expect(records).toMatchObject([
      { event: 'intent', actor: 'ci', digest: DIGEST, tags: ['v2', 'v1'], request_id: 'asked' },
      { event: 'outcome', digest: DIGEST, outcome: 'deleted', id: records[0]?.['id'] },
    ]);
  });
});

it('GET /journal?sort=-time answers in the order of time, with ties in that of the file', async () => {
  const at = (second: number) => ({ time: `2026-01-01T00:00:0${second}.000Z` });
  writeJournal([at(3), at(5), at(1), at(5)]);
  const running = service();

  const [written, latest, slice] = await Promise.all([
    rowsOf(running),
    rowsOf(running, '?sort=-time'),
    rowsOf(running, '?sort=-time&page=2&page_size=2'),
  ]);

  expect(idsOf(written)).toBe('d4 d3 d2 d1');
  expect(idsOf(latest)).toBe('d4 d2 d1 d3');
  expect(idsOf(slice)).toBe('d1 d3');
});

describe('GET /readyz', () => {
  it('is degraded while the journal cannot be written, and says what to do', async () => {
    mkdirSync(path);
    const running = service();

    const { status, checks } = await running.json<{ status: string; checks: object[] }>(
      '/readyz?verbose',
    );

    expect(status).toBe('degraded');
    expect(checks.at(-1)).toMatchObject({
      name: 'journal',
      status: 'down',
      code: 'journal_unavailable',
      detail: expect.stringContaining('it is a directory'),
    });
    rmSync(path, { recursive: true });
    const after = await running.json<{ checks: object[] }>('/readyz?verbose');
    expect(after.checks.at(-1)).toEqual({ name: 'journal', status: 'ok' });
  });
});

describe('GET /journal', () => {
  it('is an empty list at first', async () => {
    const res = await service().get('/journal');

    expect([res.status, await res.text()]).toEqual([200, '[]\n']);
    expect(res.headers.get('x-total-count')).toBe('0');
  });

  it('answers the newest deletion first, in slices that add up', async () => {
    writeJournal(['deleted', 'not_deleted', 'deleted', 'deleted', 'unknown']);
    const running = service();

    const res = await running.get('/journal?page=2&page_size=2');

    expect(idsOf(await rowsOf(running))).toBe('d5 d4 d3 d2 d1');
    expect(idsOf(await bodyOf<JournalRow[]>(res))).toBe('d3 d2');
    expect(res.headers.get('x-total-count')).toBe('5');
    expect(res.headers.get('link')).toContain('</journal?page=3&page_size=2>; rel="next"');
    expect(idsOf(await rowsOf(running, '?page=3&page_size=2'))).toBe('d1');
    expect(idsOf(await rowsOf(running, '?page=4&page_size=2'))).toBe('');
  });

  it('has an ETag, and answers 304 until there is another line', async () => {
    writeJournal(['deleted']);
    const running = service();
    const first = await running.get('/journal');
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };

    expect((await running.get('/journal', { headers })).status).toBe(304);
    await remove(running, DIGEST);
    expect((await running.get('/journal', { headers })).status).toBe(200);
  });

  it.each([
    ['?project=shop', 'd4'],
    ['?actor=local', 'd3'],
    ['?outcome=not_deleted', 'd2'],
    ['?q=WEB/front', 'd4'],
    ['?q=outdated', 'd3'],
    ['?since=2026-01-01T00:03:00Z', 'd4 d3'],
    ['?until=2026-01-01T00:03:00Z', 'd2 d1'],
    ['?since=2026-01-01T01:02:00%2B01:00&until=2026-01-01T00:04:00Z', 'd3 d2'],
    ['?outcome=deleted&project=team', 'd3 d1'],
    ['?sort=time', 'd1 d2 d3 d4'],
    ['?sort=-time', 'd4 d3 d2 d1'],
    ['?sort=-size_bytes&page=1&page_size=2', 'd1 d3'],
    ['?outcome=unknown', ''],
  ])('finds with %s', async (query, ids) => {
    writeJournal([
      { size_bytes: 9000 },
      'not_deleted',
      { actor: 'local', reason: 'Outdated' },
      { project: 'shop', repository: 'web/front', size_bytes: null },
    ]);

    expect(idsOf(await rowsOf(service(), query))).toBe(ids);
  });

  it.each(['since=yesterday', 'until=2026-02-30T00:00:00Z', 'since=2026-01-01', 'outcome=done'])(
    'refuses %s, and says what it expects',
    async (query) => {
      const res = await service().get(`/journal?${query}`);

      const { code, errors } = await bodyOf(res);
      expect([res.status, code]).toEqual([422, 'invalid_request']);
      expect(errors).toEqual([
        { parameter: query.split('=')[0], detail: expect.stringContaining('expected ') },
      ]);
    },
  );
});
