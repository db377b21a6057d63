import { describe, expect, it } from 'vitest';
import {
  CHECK,
  counted,
  digestOf,
  harborError,
  html,
  json,
  paged,
  recorded,
  type Script,
  STATISTICS,
  scriptHarbor,
  sessionAt,
  wireArtifact,
} from './scripted-harbor.ts';

const PROJECTS = 'GET /projects';
const wide = (project: string) => `GET /projects/${project}/artifacts`;
const repositories = (project: string) => `GET /projects/${project}/repositories`;
const artifacts = (project: string, repository: string) =>
  `GET /projects/${project}/repositories/${repository}/artifacts`;

const project = (id: number, name: string, repo_count?: number | null) => ({
  project_id: id,
  name,
  repo_count,
});
const artifact = (id: number, repository_name: string, ...tags: string[]) =>
  wireArtifact(id, { repository_name, tags: tags.map((name) => ({ name })) });
const failing = harborError(500, 'UNKNOWN', 'internal server error');
const noRoute = recorded('project-artifacts-as-admin', 'v2.8.6');

/** How long something that hangs may take; what does not hang must be faster, on a loaded machine too. */
const HANGING = { timeoutMs: 1_000 };

async function crawling(script: Record<string, Script>, settings = {}) {
  // Those of a robot, for which Harbor counts nothing that is private.
  const given = { [STATISTICS]: counted([0, 0]), [CHECK]: { status: 200 } };
  const harbor = await scriptHarbor({ ...given, ...script });
  const session = sessionAt(harbor, settings);
  return { harbor, crawl: session.crawl(), slept: session.slept };
}

describe('crawl', () => {
  it('lists each project in one list, with one row for each tag', async () => {
    const { harbor, crawl } = await crawling({
      [PROJECTS]: paged([project(1, 'a', 1), project(2, 'b', 2), project(3, 'empty', 0)]),
      [wide('a')]: paged([artifact(1, 'a/app', 'latest', 'v1'), artifact(2, 'a/app')]),
      [wide('b')]: paged([artifact(4, 'b/web/ui', 'x'), artifact(3, 'b/api', 'y')]),
      [`${wide('a')}?page=1&page_size=100&sort=-push_time%2C-id&q=tags%3Dnil&with_tag=false`]: json(
        [artifact(2, 'a/app')],
        1,
      ),
      [STATISTICS]: counted([3, 3]),
    });
    expect(await crawl).toEqual({
      rows: [
        { project: 'a', repository: 'app', tag: 'latest', digest: digestOf(1), size: '1kB' },
        { project: 'a', repository: 'app', tag: 'v1', digest: digestOf(1), size: '1kB' },
        { project: 'b', repository: 'api', tag: 'y', digest: digestOf(3), size: '1kB' },
        { project: 'b', repository: 'web/ui', tag: 'x', digest: digestOf(4), size: '1kB' },
      ],
      errors: [],
    });
    expect(harbor.calls).toHaveLength(5); // three lists, the counts, what is untagged in a
    expect(harbor.requests[2]?.headers['x-is-resource-name']).toBe('true');
  });

  it('asks for each repository where Harbor has no project-wide list (2.8.6)', async () => {
    const { harbor, crawl } = await crawling({
      [PROJECTS]: paged([project(1, 'a', 2), project(2, 'b', 3), project(3, 'c', 4)]),
      [wide('a')]: noRoute,
      [repositories('a')]: paged([
        { name: 'a/apps/web', artifact_count: 1 },
        { name: 'a/empty', artifact_count: 0 },
        { name: 'a/uncounted' },
      ]),
      [artifacts('a', 'apps%252Fweb')]: paged([artifact(1, '', 'latest')]),
      [artifacts('a', 'empty')]: paged([]),
      [artifacts('a', 'uncounted')]: paged([]),
      [repositories('b')]: paged([]),
      [repositories('c')]: paged([]),
    });
    const { rows, errors } = await crawl;
    expect(rows.map(({ repository, tag }) => `${repository}:${tag}`)).toEqual(['apps/web:latest']);
    expect(errors).toEqual([]);
    expect(harbor.calls.filter((call) => /^GET \/projects\/.\/artifacts/.test(call))).toHaveLength(
      1,
    );
  });

  it('asks for each repository where there is no login', async () => {
    const { harbor, crawl } = await crawling(
      {
        [PROJECTS]: paged([project(1, 'a', 1)]),
        [repositories('a')]: paged([{ name: 'a/app', artifact_count: 1 }]),
        [artifacts('a', 'app')]: paged([artifact(1, 'a/app', 'latest')]),
      },
      { username: '' },
    );
    expect((await crawl).rows).toHaveLength(1);
    expect(harbor.calls).toHaveLength(3);
  });

  it('does not believe that a project is empty while the sum of all is higher', async () => {
    const { crawl } = await crawling({
      [PROJECTS]: [
        json([project(1, 'a'), project(2, 'b', 1)], 2),
        json([project(1, 'a', 1), project(2, 'b', 1)], 2),
      ],
      [wide('a')]: paged([artifact(1, 'a/app', 'x')]),
      [wide('b')]: paged([artifact(2, 'b/app', 'y')]),
      [STATISTICS]: counted([2, 2]),
    });
    expect((await crawl).rows).toHaveLength(2);
  });

  it('reads a project again whose artifacts lost their tags to a failing database', async () => {
    const { crawl } = await crawling({
      [PROJECTS]: paged([project(1, 'a', 1)]),
      [wide('a')]: [
        json([artifact(1, 'a/app')], 1),
        json([], 0),
        json([artifact(1, 'a/app', 'x')], 1),
      ],
    });
    expect((await crawl).rows).toHaveLength(1);
  });

  it.each<[string, Script, RegExp]>([
    ['is refused with 500', failing, /^a\/bad: Check .* Harbor answered 500.* GET /],
    ['hangs', { fault: 'hang' }, /^a\/bad: /],
    ['is cut', { fault: 'before-answer' }, /^a\/bad: /],
    ['brings 502', html(502), /^a\/bad: /],
    ['brings no list', json({}), /^a\/bad: /],
  ])('makes one repository that %s one entry in errors', async (_, script, error) => {
    const { crawl } = await crawling(
      {
        [PROJECTS]: paged([project(1, 'a', 2)]),
        [wide('a')]: failing,
        [repositories('a')]: paged([
          { name: 'a/good', artifact_count: 1 },
          { name: 'a/bad', artifact_count: 1 },
        ]),
        [artifacts('a', 'good')]: paged([artifact(1, 'a/good', 'x')]),
        [artifacts('a', 'bad')]: script,
      },
      HANGING,
    );
    const { rows, errors } = await crawl;
    expect(rows.map(({ repository }) => repository)).toEqual(['good']);
    expect(errors).toEqual([{ source: 'harbor', error: expect.stringMatching(error) }]);
  });

  it('makes a project without access one entry in errors, after one call and no pause', async () => {
    const { crawl, slept } = await crawling({
      [PROJECTS]: paged([project(1, 'a', 1), project(2, 'b', 1)]),
      [wide('a')]: paged([artifact(1, 'a/app', 'x')]),
      [wide('b')]: harborError(403, 'FORBIDDEN', 'forbidden'),
    });
    const { rows, errors } = await crawl;
    expect(rows).toHaveLength(1);
    expect(errors).toEqual([{ source: 'harbor', error: expect.stringMatching(/^b: /) }]);
    expect(slept).toEqual([]);
  });

  it('leaves out a project that was deleted meanwhile', async () => {
    const { crawl } = await crawling({
      [PROJECTS]: paged([project(1, 'nope', 1)]),
      [wide('nope')]: recorded('project-artifacts-unknown'),
      [repositories('nope')]: recorded('repos-unknown-project-as-admin'),
    });
    expect(await crawl).toEqual({ rows: [], errors: [] });
  });

  it('leaves out invalid names, with an error', async () => {
    const { crawl } = await crawling({
      [PROJECTS]: paged([project(1, '..', 1), project(2, 'a', 1)]),
      [wide('a')]: noRoute,
      [repositories('a')]: paged([{ name: 'a/..', artifact_count: 1 }]),
    });
    const { rows, errors } = await crawl;
    expect(rows).toEqual([]);
    expect(errors.map(({ error }) => error)).toEqual([
      expect.stringContaining('".."'),
      expect.stringContaining('"a/.."'),
    ]);
  });

  it.each<[string, string, Script]>([
    ['harbor_error', 'Harbor fails', failing],
    ['harbor_forbidden', 'the account may not', harborError(403, 'FORBIDDEN', 'forbidden')],
  ])('fails with %s when the projects cannot be listed: %s', async (code, _, script) => {
    const { crawl } = await crawling({ [PROJECTS]: script });
    await expect(crawl).rejects.toMatchObject({ code });
  });

  it('fails when the credentials are wrong', async () => {
    const refused = harborError(401, 'UNAUTHORIZED', 'unauthorized');
    const { crawl } = await crawling({ [STATISTICS]: refused, [PROJECTS]: paged([]) });
    await expect(crawl).rejects.toMatchObject({ code: 'harbor_unauthorized' });
  });

  it('fails when Harbor stops answering in the middle', async () => {
    const { harbor, crawl } = await crawling(
      {
        [CHECK]: { fault: 'hang' },
        [PROJECTS]: paged(Array.from({ length: 50 }, (_, id) => project(id, `p${id}`, 1))),
        [wide('p0')]: { fault: 'hang' },
      },
      HANGING,
    );
    await expect(crawl).rejects.toMatchObject({ code: 'harbor_timeout' });
    expect(harbor.calls.filter((call) => call.startsWith('GET'))).toHaveLength(3);
  });

  it('does not advise a slice when the list of projects is past maxRows', async () => {
    const { crawl } = await crawling(
      { [PROJECTS]: paged([project(1, 'a', 1), project(2, 'b', 1)]) },
      { maxRows: 1 },
    );
    await expect(crawl).rejects.toMatchObject({
      code: 'response_too_large',
      message: expect.stringMatching(/more than 1 rows\. Raise maxRows\.$/),
    });
  });

  it('fails with response_too_large past maxRows in all', async () => {
    const { crawl } = await crawling(
      {
        [PROJECTS]: paged([project(1, 'a', 1), project(2, 'b', 1)]),
        [wide('a')]: paged([artifact(1, 'a/app', 'x'), artifact(2, 'a/app', 'y')]),
        [wide('b')]: paged([artifact(3, 'b/app', 'x'), artifact(4, 'b/app', 'y')]),
      },
      { maxRows: 3 },
    );
    await expect(crawl).rejects.toMatchObject({ code: 'response_too_large' });
  });
});
