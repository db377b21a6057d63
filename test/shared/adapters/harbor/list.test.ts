import { describe, expect, it } from 'vitest';
import { INTERNAL_ERROR, nginxError } from '../../../../demo/harbor/answer.ts';
import { type Faults, nextCalls } from '../../../../demo/harbor/faults.ts';
import { oneRepository } from '../../../../demo/harbor/generate.ts';
import type { Account } from '../../../../demo/harbor/model.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../../../demo/harbor/stand-in.ts';
import { listArtifacts } from '../../../../shared/adapters/harbor/artifacts.ts';
import { listRepositories } from '../../../../shared/adapters/harbor/repositories.ts';
import type { Artifact } from '../../../../shared/ports/registry-rows.ts';
import type { Slice } from '../../../../shared/values/slice.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import {
  digestOf,
  harborError,
  html,
  json,
  paged,
  recorded,
  type Script,
  scriptHarbor,
  sessionAt,
  wireArtifact,
} from './scripted-harbor.ts';
import { virtualHarbor } from './virtual-harbor.ts';

const project = projectNamed('team-a');
const app = repositoryNamed('app');
const LIST = 'GET /projects/team-a/repositories/app/artifacts';
const SORT = 'sort=-push_time%2C-id';

/** Artifacts `from` to `to`, newest (highest id) first. */
const artifacts = (from: number, to: number, more: object = {}) =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, index) =>
    wireArtifact(from > to ? from - index : from + index, more),
  );
const digests = (from: number, to: number) =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, index) =>
    digestOf(from > to ? from - index : from + index),
  );
const old = { repository_name: undefined };

/** A list whose pages and totals the test gives, scan after scan. */
function scans(...all: readonly (readonly [readonly (readonly unknown[])[], number])[]): Script {
  let scan = -1;
  return (url) => {
    const page = Number(url.searchParams.get('page'));
    if (page === 1) scan++;
    const [pages, total] = all[Math.min(scan, all.length - 1)] ?? [[], 0];
    return json(pages[page - 1] ?? [], total);
  };
}

async function harborWith(list: Script) {
  return scriptHarbor({ [LIST]: list });
}

describe('a complete list', () => {
  it('fetches 10,000 artifacts side by side and keeps their order', async () => {
    const harbor = await harborWith(paged(artifacts(10_000, 1)));
    const { rows, total } = await sessionAt(harbor).artifacts(project, app);
    expect(total).toBe(10_000);
    expect(rows.map((row) => row.digest)).toEqual(digests(10_000, 1));
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(100);
  });

  it('makes at most concurrency calls at a time', async () => {
    const page = paged(artifacts(2000, 1));
    const harbor = await harborWith((url, req) => ({
      ...(page as Extract<Script, (...args: never) => unknown>)(url, req),
      delayMs: 50,
    }));
    await sessionAt(harbor, { concurrency: 3 }).artifacts(project, app);
    expect(harbor.mostAtOnce).toBe(3);
  });

  it('asks for pages of 100 in an order with a tie-breaker', async () => {
    const harbor = await harborWith(paged(artifacts(3, 1)));
    await sessionAt(harbor).artifacts(project, app);
    expect(harbor.calls).toContain(`${LIST}?page=1&page_size=100&${SORT}`);
  });

  it('of one page takes one call', async () => {
    const harbor = await harborWith(paged(artifacts(100, 1)));
    expect((await sessionAt(harbor).artifacts(project, app)).total).toBe(100);
    expect(harbor.calls).toHaveLength(1);
  });

  it('is empty when Harbor has nothing', async () => {
    const harbor = await scriptHarbor({
      'GET /projects/team-a/repositories': json([], 0),
    });
    expect(await sessionAt(harbor).repositories(project)).toEqual({ rows: [], total: 0 });
  });

  it('removes rows that a push during the scan repeats, and scans again', async () => {
    const before = artifacts(150, 1);
    const after = artifacts(151, 1);
    const harbor = await scriptHarbor({
      [LIST]: [
        json(before.slice(0, 100), 150),
        json(after.slice(100), 151),
        json(after.slice(0, 100), 151),
        json(after.slice(100), 151),
      ],
    });
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows.map((row) => row.digest)).toEqual(digests(151, 1));
  });

  it('finds the rows that a deletion during the scan moved to an earlier page', async () => {
    const after = artifacts(145, 1);
    const harbor = await scriptHarbor({
      [LIST]: [
        json(artifacts(150, 51), 150),
        json(after.slice(100), 145),
        json(after.slice(0, 100), 145),
        json(after.slice(100), 145),
      ],
    });
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows.map((row) => row.digest)).toEqual(digests(145, 1));
  });

  it('takes a list that keeps growing as it was when its last scan began', async () => {
    const harbor = await scriptHarbor({
      [LIST]: [102, 103, 104, 105, 106, 107].map((total, turn) =>
        json(turn % 2 === 0 ? artifacts(total, total - 99) : artifacts(total - 101, 1), total),
      ),
    });
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(106);
  });

  it('fails when rows keep vanishing while it is read', async () => {
    const harbor = await scriptHarbor({
      [LIST]: [150, 149, 148, 147, 146, 145].map((total, turn) =>
        json(turn % 2 === 0 ? artifacts(total, total - 99) : artifacts(total - 100, 1), total),
      ),
    });
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_bad_response',
      message: expect.stringContaining('kept changing'),
    });
  });

  it('is an error when it has fewer rows than its total, after one more scan', async () => {
    const harbor = await harborWith(scans([[artifacts(205, 106), artifacts(105, 6), []], 205]));
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_bad_response',
      message: expect.stringContaining('fewer rows than its total'),
    });
    expect(harbor.calls.filter((call) => call.includes('page=3'))).toHaveLength(2);
  });

  it('is complete when the second scan finds what the first one missed', async () => {
    const harbor = await harborWith(
      scans([[artifacts(150, 51), []], 150], [[artifacts(150, 51), artifacts(50, 1)], 150]),
    );
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(150);
  });

  it('does not end at a total that a later page exceeds', async () => {
    const pages = [artifacts(250, 151), artifacts(150, 51), artifacts(50, 1)];
    const harbor = await harborWith(scans([pages, 150], [pages, 250]));
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(250);
  });

  it('is an error when a later page exceeds its total in each scan', async () => {
    const pages = [artifacts(250, 151), artifacts(150, 51), artifacts(50, 1)];
    const harbor = await harborWith(scans([pages, 150]));
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_bad_response',
    });
  });

  it('is an error when every page brings the same rows', async () => {
    const harbor = await harborWith(json(artifacts(300, 201), 300));
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_bad_response',
    });
  });

  it('does not end at the short pages of Harbor 2.5, in the middle or empty', async () => {
    const pages = [
      artifacts(500, 498, old),
      [],
      [],
      artifacts(200, 199, old),
      artifacts(50, 50, old),
    ];
    const harbor = await harborWith(scans([pages, 490]));
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows.map((row) => row.digest)).toEqual([
      ...digests(500, 498),
      ...digests(200, 199),
      ...digests(50, 50),
    ]);
  });

  it('is an error when old Harbors too break off in the middle', async () => {
    const harbor = await harborWith(scans([[artifacts(300, 201, old), [], []], 300]));
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_bad_response',
    });
  });

  it('continues to an empty page when there is no total', async () => {
    const harbor = await harborWith((url) => {
      const page = Number(url.searchParams.get('page'));
      return json([artifacts(150, 51), artifacts(50, 1)][page - 1] ?? []);
    });
    const { rows, total } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(150);
    expect(total).toBe(150);
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('ends at a page with nothing new where there is no total', async () => {
    const harbor = await harborWith(json(artifacts(100, 1)));
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(100);
  });

  it('does not end at a total that its first page exceeds', async () => {
    const harbor = await harborWith(paged(artifacts(250, 1), 50));
    const { rows, total } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(250);
    expect(total).toBe(250);
  });

  it('refuses more rows than maxRows before it fetches them', async () => {
    const harbor = await harborWith(json(artifacts(300, 201), 300));
    const session = sessionAt(harbor, { maxRows: 250 });
    await expect(session.artifacts(project, app)).rejects.toMatchObject({
      code: 'response_too_large',
      message: expect.stringMatching(/Raise maxRows, or ask for a slice .* without q and sort\.$/),
    });
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(1);
  });

  it('ends a list without a total at maxRows', async () => {
    const harbor = await harborWith((url) => {
      const page = Number(url.searchParams.get('page'));
      return json(artifacts(page * 100, page * 100 + 99));
    });
    const session = sessionAt(harbor, { maxRows: 250 });
    await expect(session.artifacts(project, app)).rejects.toMatchObject({
      code: 'response_too_large',
    });
  });

  it('ends the other pages at the first failure', async () => {
    const harbor = await harborWith((url) => {
      const page = Number(url.searchParams.get('page'));
      if (page === 1) return json(artifacts(1, 100), 2000);
      return page === 2 ? harborError(500, 'UNKNOWN', 'internal server error') : { fault: 'hang' };
    });
    await expect(sessionAt(harbor).artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_error',
    });
    expect(harbor.calls.filter((call) => call.startsWith('GET')).length).toBeLessThan(20);
  });
});

describe('a list that is too slow for Harbor', () => {
  const list = paged(artifacts(120, 1)) as Extract<Script, (...args: never) => unknown>;

  it.each([
    ['a proxy gives up on a page with 504', html(504)],
    ['a page does not come', { fault: 'hang' } as const],
  ])('starts over with smaller pages when %s after others came', async (_, slow) => {
    const harbor = await harborWith((url, req) => {
      const { page, page_size } = Object.fromEntries(url.searchParams);
      return page === '2' && Number(page_size) > 25 ? slow : list(url, req);
    });
    const { rows } = await sessionAt(harbor, { timeoutMs: 1_500 }).artifacts(project, app);
    expect(rows).toHaveLength(120);
  });

  it('starts over with smaller pages when a proxy gives up in time', async () => {
    const harbor = await harborWith((url, req) =>
      Number(url.searchParams.get('page_size')) > 25 ? html(504) : list(url, req),
    );
    const { rows } = await sessionAt(harbor).artifacts(project, app);
    expect(rows).toHaveLength(120);
    expect(harbor.calls).toHaveLength(7);
  });

  it('is harbor_timeout when a proxy gives up on the smallest pages too', async () => {
    const harbor = await harborWith(html(504));
    const session = sessionAt(harbor);
    await expect(session.artifacts(project, app)).rejects.toMatchObject({ code: 'harbor_timeout' });
    expect(session.slept).toEqual([]);
    expect(harbor.calls).toEqual([
      `${LIST}?page=1&page_size=100&${SORT}`,
      `${LIST}?page=1&page_size=50&${SORT}`,
      `${LIST}?page=1&page_size=25&${SORT}`,
    ]);
  });

  it('ends after one timeout when nothing comes, in one call', async () => {
    const harbor = await harborWith({ fault: 'hang' });
    const session = sessionAt(harbor, { timeoutMs: 1_000 });
    await expect(session.artifacts(project, app)).rejects.toMatchObject({
      code: 'harbor_timeout',
      message: expect.stringContaining('within 1000 ms'),
    });
    expect(harbor.calls).toHaveLength(1);
  });

  it('ends when its time is over, however early a proxy gives up', async () => {
    const { standIn, clock, open } = virtualHarbor(
      { registry: oneRepository(1), faults: () => ({ delayMs: 20_000, answer: nginxError(504) }) },
      { timeoutMs: 30_000 },
    );
    const startedAtMs = clock.now();
    const listing = listArtifacts(open(), {
      project: projectNamed('project-000'),
      repository: repositoryNamed('repository-000'),
    });
    await expect(listing).rejects.toMatchObject({ code: 'harbor_timeout' });
    expect(clock.now() - startedAtMs).toBe(30_000);
    expect(standIn.calls).toHaveLength(2);
  });
});

describe('a slice', () => {
  it('of up to 100 rows is one page of Harbor', async () => {
    const harbor = await harborWith(paged(artifacts(205, 1)));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 3, pageSize: 10 });
    expect(slice.total).toBe(205);
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(185, 176));
    expect(harbor.calls).toContain(`${LIST}?page=3&page_size=10&${SORT}`);
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(1);
  });

  it('of more rows is cut out of the pages that cover it', async () => {
    const harbor = await harborWith(paged(artifacts(1000, 1)));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 2, pageSize: 250 });
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(750, 501));
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('ends with the list', async () => {
    const harbor = await harborWith(paged(artifacts(205, 1)));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 1, pageSize: 1000 });
    expect(slice.rows).toHaveLength(205);
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('past the end is empty and tells the total', async () => {
    const harbor = await harborWith(paged(artifacts(205, 1)));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 40, pageSize: 100 });
    expect(slice).toEqual({ rows: [], total: 205 });
  });

  it('is cut out of the complete list where there is no total', async () => {
    const list = paged(artifacts(150, 1)) as Extract<Script, (...args: never) => unknown>;
    const harbor = await harborWith((url, req) => ({
      ...list(url, req),
      headers: { 'content-type': 'application/json' },
    }));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 60, pageSize: 2 });
    expect(slice.total).toBe(150);
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(32, 31));
    expect(harbor.calls.filter((call) => call.includes('page_size=100'))).toHaveLength(3);
  });

  it('is read again when a push repeats a row in it', async () => {
    const harbor = await scriptHarbor({
      [LIST]: [
        json(artifacts(300, 201), 300),
        json(artifacts(201, 102), 301),
        json(artifacts(301, 202), 301),
        json(artifacts(201, 102), 301),
      ],
    });
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 1, pageSize: 200 });
    expect(slice.total).toBe(301);
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(301, 102));
  });

  it('is read again when a deletion moves a row of it to an earlier page', async () => {
    const after = [...artifacts(300, 251), ...artifacts(249, 1)];
    const harbor = await scriptHarbor({
      [LIST]: [
        json(artifacts(300, 201), 300),
        json(after.slice(100, 200), 299),
        json(after.slice(0, 100), 299),
        json(after.slice(100, 200), 299),
      ],
    });
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 1, pageSize: 150 });
    expect(slice.total).toBe(299);
    expect(slice.rows.map((row) => row.digest)).toEqual([
      ...digests(300, 251),
      ...digests(249, 150),
    ]);
  });

  it.each([
    [1, [...digests(500, 498), ...digests(200, 199), ...digests(50, 50)]],
    [2, []],
  ])(
    '%i is cut out of the complete list where Harbor 2.5 filters after it pages',
    async (page, rows) => {
      const pages = [artifacts(500, 498, old), artifacts(200, 199, old), artifacts(50, 50, old)];
      const harbor = await harborWith((url) =>
        json(pages[Number(url.searchParams.get('page')) - 1] ?? [], 290),
      );
      const slice = await sessionAt(harbor).artifacts(project, app, { page, pageSize: 150 });
      expect(slice.total).toBe(6);
      expect(slice.rows.map((row) => row.digest)).toEqual(rows);
    },
  );

  it('is an error when its pages stop short of the total', async () => {
    const harbor = await harborWith(json(artifacts(300, 201), 300));
    await expect(
      sessionAt(harbor).artifacts(project, app, { page: 1, pageSize: 300 }),
    ).rejects.toMatchObject({ code: 'harbor_bad_response' });
  });

  it('uses smaller pages when Harbor is slow', async () => {
    const list = paged(artifacts(205, 1)) as Extract<Script, (...args: never) => unknown>;
    const harbor = await harborWith((url, req) =>
      Number(url.searchParams.get('page_size')) > 25
        ? { delayMs: 50, ...html(504) }
        : list(url, req),
    );
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 2, pageSize: 30 });
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(175, 146));
  });
});

describe('what Harbor lists as empty although there is none', () => {
  const NAMED = 'GET /projects/team-a/repositories?page=1&page_size=100&q=name%3Dteam-a%2Fapp';
  const empty = recorded('artifacts-unknown-repo');

  it.each(['admin', ''])(
    'is not found when the repository does not exist, as %j',
    async (username) => {
      const harbor = await scriptHarbor({ [LIST]: empty, [NAMED]: json([], 0) });
      await expect(sessionAt(harbor, { username }).artifacts(project, app)).rejects.toMatchObject({
        code: 'harbor_not_found',
        message: expect.stringContaining('team-a/app'),
      });
    },
  );

  it.each(['admin', ''])('is empty when the repository exists, as %j', async (username) => {
    const harbor = await scriptHarbor({
      [LIST]: empty,
      [NAMED]: json([{ name: 'team-a/app' }], 1),
    });
    const session = sessionAt(harbor, { username });
    expect(await session.artifacts(project, app)).toEqual({ rows: [], total: 0 });
    expect(session.slept).toEqual([]);
  });

  it('is empty when the repository exists and Harbor reports no totals', async () => {
    const harbor = await scriptHarbor({
      [LIST]: json([]),
      'GET /projects/team-a/repositories': json([{ name: 'team-a/app' }]),
    });
    expect(await sessionAt(harbor).artifacts(project, app)).toEqual({ rows: [], total: 0 });
  });

  it('is listed again when the repository came with its first artifact just now', async () => {
    const harbor = await scriptHarbor({
      [LIST]: [empty, json([wireArtifact(1)], 1)],
      [NAMED]: json([{ name: 'team-a/app' }], 1),
    });
    expect((await sessionAt(harbor).artifacts(project, app)).total).toBe(1);
  });

  it('is not found when the project does not exist', async () => {
    const harbor = await scriptHarbor({
      'GET /projects/team-a/repositories': recorded('repos-unknown-project-as-admin'),
    });
    await expect(sessionAt(harbor).repositories(project)).rejects.toMatchObject({
      code: 'harbor_not_found',
    });
  });
});

describe('a member of no project', () => {
  const nobody: Account = { name: 'nobody', password: 'right-password', kind: 'user' };
  const listing = (repository: string) => {
    const registry = new Registry({
      accounts: [nobody],
      projects: [{ name: 'open', public: true, repositories: { empty: [] } }],
    });
    const harbor = virtualHarbor({ registry }, { username: 'nobody', password: 'right-password' });
    return listArtifacts(harbor.open(), {
      project: projectNamed('open'),
      repository: repositoryNamed(repository),
    });
  };

  it('sees that a repository of a public project is empty', async () => {
    expect(await listing('empty')).toEqual({ rows: [], total: 0 });
  });

  it('sees that a public project has no such repository', async () => {
    await expect(listing('nope')).rejects.toMatchObject({ code: 'harbor_not_found' });
  });
});

describe('an artifact without tags', () => {
  const repository = { project: projectNamed('p'), repository: repositoryNamed('app') };
  const seeds = [{ tags: ['v1'] }, {}, { tags: ['v2'] }];
  const harborOf = (options: Partial<HarborStandInOptions>) => {
    const registry = new Registry({
      accounts: [],
      projects: [{ name: 'p', public: true, repositories: { app: seeds } }],
    });
    const { standIn, open } = virtualHarbor({ registry, ...options });
    const list = (slice: Slice | null = null) => listArtifacts(open(), repository, slice);
    return { standIn, list };
  };
  const failing = { failSubQueries: { of: ['tags'] } } as const;
  const tagsOf = ({ rows }: { readonly rows: readonly Artifact[] }) => rows.map(({ tags }) => tags);

  it('is confirmed by one more call', async () => {
    const { standIn, list } = harborOf({});
    expect(tagsOf(await list())).toEqual([['v2'], [], ['v1']]);
    expect(standIn.calls.map(({ path }) => /q=([^&]*)/.exec(path)?.[1])).toEqual([
      undefined,
      'tags%3Dnil',
    ]);
  });

  it('is read again when Harbor does not list it as untagged', async () => {
    const { list } = harborOf({ faults: nextCalls(1, failing) });
    expect(tagsOf(await list())).toEqual([['v2'], [], ['v1']]);
  });

  it('is confirmed in a slice too', async () => {
    const { list } = harborOf({ faults: nextCalls(1, failing) });
    expect(tagsOf(await list({ page: 1, pageSize: 2 }))).toEqual([['v2'], []]);
  });

  it('is confirmed in a slice although too many others have no tags either', async () => {
    const app = Array.from({ length: 350 }, (_, id) => (id % 10 === 0 ? { tags: [`v${id}`] } : {}));
    const registry = new Registry({
      accounts: [],
      projects: [{ name: 'p', public: true, repositories: { app } }],
    });
    const { open } = virtualHarbor({ registry }, { maxRows: 200 });

    const { rows, total } = await listArtifacts(open(), repository, {
      page: 7,
      pageSize: 50,
    });

    expect(rows.filter(({ tags }) => tags.length === 0)).toHaveLength(45);
    expect(total).toBe(350);
  });

  it.each([
    ['a list', null],
    ['a slice', { page: 1, pageSize: 2 }],
  ])('is harbor_error in %s while it is not confirmed', async (_, slice) => {
    const { list } = harborOf({ faults: () => failing });
    await expect(list(slice)).rejects.toMatchObject({
      code: 'harbor_error',
      message: expect.stringContaining('without tags'),
    });
  });
});

describe('a repository without artifacts', () => {
  const failing = { failSubQueries: { of: ['artifact_count'] } } as const;
  const harborOf = (options: Partial<HarborStandInOptions>) => {
    const repositories = { app: [{ tags: ['v1'] }, { tags: ['v2'] }], empty: [] };
    const registry = new Registry({
      accounts: [],
      projects: [{ name: 'p', public: true, repositories }],
    });
    const { standIn, open } = virtualHarbor({ registry, ...options });
    return { standIn, list: () => listRepositories(open(), projectNamed('p')) };
  };

  it.each([
    ['true', () => undefined],
    ['a failure of the database', () => failing],
  ])('is counted again, whether its zero is %s', async (_, faults: Faults) => {
    const { list } = harborOf({ faults });
    expect((await list()).rows).toMatchObject([
      { name: 'empty', artifact_count: 0 },
      { name: 'app', artifact_count: 2 },
    ]);
  });

  it('is an error when it cannot be counted', async () => {
    const faults: Faults = ({ list }) =>
      list === 'artifacts' ? { answer: INTERNAL_ERROR } : failing;
    await expect(harborOf({ faults }).list()).rejects.toMatchObject({ code: 'harbor_error' });
  });
});
