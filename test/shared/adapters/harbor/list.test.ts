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
    const page = pageOf(url);
    if (page === 1) scan++;
    const [pages, total] = all[Math.min(scan, all.length - 1)] ?? [[], 0];
    return json(pages[page - 1] ?? [], total);
  };
}

const pageOf = (url: URL) => Number(url.searchParams.get('page'));

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
    const harbor = await harborWith((url) => ({
      ...(page as Extract<Script, (...args: never) => unknown>)(url),
      delayMs: 50,
    }));
    await sessionAt(harbor, { concurrency: 3 }).artifacts(project, app);
    expect(harbor.mostAtOnce).toBe(3);
  });

  it('of one page takes one call, in an order with a tie-breaker', async () => {
    const harbor = await harborWith(paged(artifacts(100, 1)));
    expect((await sessionAt(harbor).artifacts(project, app)).total).toBe(100);
    expect(harbor.calls).toEqual([`${LIST}?page=1&page_size=100&${SORT}`]);
  });

  const gaps = [artifacts(500, 498, old), [], [], artifacts(200, 199, old), artifacts(50, 50, old)];
  const threePages = [artifacts(250, 151), artifacts(150, 51), artifacts(50, 1)];

  it.each<[string, Script, readonly string[]]>([
    [
      'without the rows that a push during the scan repeats',
      [
        json(artifacts(150, 51), 150),
        json(artifacts(51, 1), 151),
        json(artifacts(151, 52), 151),
        json(artifacts(51, 1), 151),
      ],
      digests(151, 1),
    ],
    [
      'with the rows that a deletion during the scan moved to an earlier page',
      [
        json(artifacts(150, 51), 150),
        json(artifacts(45, 1), 145),
        json(artifacts(145, 46), 145),
        json(artifacts(45, 1), 145),
      ],
      digests(145, 1),
    ],
    [
      'when it keeps growing, as it was when its last scan began',
      [102, 103, 104, 105, 106, 107].map((total, turn) =>
        json(turn % 2 === 0 ? artifacts(total, total - 99) : artifacts(total - 101, 1), total),
      ),
      digests(106, 1),
    ],
    [
      'when the second scan finds what the first one missed',
      scans([[artifacts(150, 51), []], 150], [[artifacts(150, 51), artifacts(50, 1)], 150]),
      digests(150, 1),
    ],
    [
      'past a total that a later page exceeds',
      scans([threePages, 150], [threePages, 250]),
      digests(250, 1),
    ],
    ['past a total that its first page exceeds', paged(artifacts(250, 1), 50), digests(250, 1)],
    [
      'past the short pages of Harbor 2.5, in the middle or empty',
      scans([gaps, 490]),
      [...digests(500, 498), ...digests(200, 199), ...digests(50, 50)],
    ],
    [
      'to an empty page when there is no total',
      (url) => json([artifacts(150, 51), artifacts(50, 1)][pageOf(url) - 1] ?? []),
      digests(150, 1),
    ],
    [
      'to a page with nothing new where there is no total',
      json(artifacts(100, 1)),
      digests(100, 1),
    ],
  ])('is read %s', async (_, list, expected) => {
    const { rows, total } = await sessionAt(await harborWith(list)).artifacts(project, app);
    expect(rows.map((row) => row.digest)).toEqual(expected);
    expect(total).toBe(expected.length);
  });

  it.each<[string, Script, string, RegExp]>([
    [
      'rows keep vanishing while it is read',
      [150, 149, 148, 147, 146, 145].map((total, turn) =>
        json(turn % 2 === 0 ? artifacts(total, total - 99) : artifacts(total - 100, 1), total),
      ),
      'harbor_bad_response',
      /kept changing/,
    ],
    [
      'it has fewer rows than its total, after one more scan',
      scans([[artifacts(205, 106), artifacts(105, 6), []], 205]),
      'harbor_bad_response',
      /fewer rows than its total/,
    ],
    [
      'a later page exceeds its total in each scan',
      scans([threePages, 150]),
      'harbor_bad_response',
      /./,
    ],
    ['every page brings the same rows', json(artifacts(300, 201), 300), 'harbor_bad_response', /./],
    [
      'old Harbors too break off in the middle',
      scans([[artifacts(300, 201, old), [], []], 300]),
      'harbor_bad_response',
      /./,
    ],
    [
      'it has more rows than maxRows',
      json(artifacts(600, 501), 600),
      'response_too_large',
      /Raise maxRows, or ask for a slice .* without q and sort\.$/,
    ],
    [
      'it has no total, and passes maxRows',
      (url) => json(artifacts(pageOf(url) * 100, pageOf(url) * 100 + 99)),
      'response_too_large',
      /./,
    ],
  ])('fails when %s', async (_, list, code, message) => {
    const session = sessionAt(await harborWith(list), { maxRows: 500 });
    await expect(session.artifacts(project, app)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('is not fetched past its first page when that says that it is too long', async () => {
    const harbor = await harborWith(json(artifacts(300, 201), 300));
    await expect(sessionAt(harbor, { maxRows: 250 }).artifacts(project, app)).rejects.toThrow();
    expect(harbor.calls).toHaveLength(1);
  });

  it('ends the other pages at the first failure', async () => {
    const harbor = await harborWith((url) => {
      const page = pageOf(url);
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
    const harbor = await harborWith((url) => {
      const { page, page_size } = Object.fromEntries(url.searchParams);
      return page === '2' && Number(page_size) > 25 ? slow : list(url);
    });
    const { rows } = await sessionAt(harbor, { timeoutMs: 1_500 }).artifacts(project, app);
    expect(rows).toHaveLength(120);
  });

  it('starts over with smaller pages when a proxy gives up in time', async () => {
    const harbor = await harborWith((url) =>
      Number(url.searchParams.get('page_size')) > 25 ? html(504) : list(url),
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
  it.each<[string, Slice, readonly string[], number]>([
    ['of up to 100 rows is one page of Harbor', { page: 3, pageSize: 10 }, digests(185, 176), 1],
    ['is cut out of the pages that cover it', { page: 1, pageSize: 150 }, digests(205, 56), 2],
    ['ends with the list', { page: 1, pageSize: 1000 }, digests(205, 1), 3],
    ['past the end is empty', { page: 40, pageSize: 100 }, [], 1],
  ])('%s: %j', async (_, slice, expected, calls) => {
    const harbor = await harborWith(paged(artifacts(205, 1)));
    const { rows, total } = await sessionAt(harbor).artifacts(project, app, slice);
    expect(rows.map((row) => row.digest)).toEqual(expected);
    expect(total).toBe(205);
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(calls);
  });

  it('is cut out of the complete list where there is no total', async () => {
    const list = paged(artifacts(150, 1)) as Extract<Script, (...args: never) => unknown>;
    const harbor = await harborWith((url) => ({
      ...list(url),
      headers: { 'content-type': 'application/json' },
    }));
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 60, pageSize: 2 });
    expect(slice.total).toBe(150);
    expect(slice.rows.map((row) => row.digest)).toEqual(digests(32, 31));
  });

  it.each<[string, Script, number, readonly string[]]>([
    [
      'a push repeats a row in it',
      [
        json(artifacts(300, 201), 300),
        json(artifacts(201, 102), 301),
        json(artifacts(301, 202), 301),
        json(artifacts(201, 102), 301),
      ],
      301,
      digests(301, 102),
    ],
    [
      'a deletion moves a row of it to an earlier page',
      [
        json(artifacts(300, 201), 300),
        json(artifacts(199, 100), 299),
        json([...artifacts(300, 251), ...artifacts(249, 200)], 299),
        json(artifacts(199, 100), 299),
      ],
      299,
      [...digests(300, 251), ...digests(249, 100)],
    ],
  ])('is read again when %s', async (_, list, total, expected) => {
    const harbor = await harborWith(list);
    const slice = await sessionAt(harbor).artifacts(project, app, { page: 1, pageSize: 200 });
    expect(slice.total).toBe(total);
    expect(slice.rows.map((row) => row.digest)).toEqual(expected);
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
    const harbor = await harborWith((url) =>
      Number(url.searchParams.get('page_size')) > 25 ? { delayMs: 50, ...html(504) } : list(url),
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
