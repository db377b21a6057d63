/** The cases of `RegistryLists` and `RegistryContents`. */
import { describe, expect, it } from 'vitest';
import { isMissing } from '../../shared/ports/registry-problem.ts';
import { orProblem } from '../../shared/values/problem.ts';
import { projectNamed, referenceNamed } from '../support/names.ts';
import {
  at,
  IMAGE,
  INDEX,
  NEWEST,
  NOTHING,
  OTHER_INDEX,
  PUSHED_MS,
  RELEASES,
  SHARED_CHILD,
  SIGNATURE,
  TAGGED_CHILD,
  UNTAGGED,
  WEB,
} from './registry-projects.ts';
import type { Open } from './registry-suite.ts';

const LISTED = [UNTAGGED, OTHER_INDEX, INDEX, TAGGED_CHILD, IMAGE];
const MANY = 230;
const many = Array.from({ length: MANY }, (_, index) => index);

const digestsOf = (rows: readonly { readonly digest: string }[]) =>
  rows.map(({ digest }) => digest);
const namesOf = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);
const time = (ms: number) => new Date(ms).toISOString();

export function listCases(open: Open): void {
  describe('the projects', () => {
    it('are listed by name', async () => {
      const { rows, total } = await open().session.listProjects(null);
      expect(namesOf(rows)).toEqual(['bare', 'open', 'shop']);
      expect(total).toBe(3);
      expect(rows[2]).toMatchObject({ public: false, repo_count: 3 });
    });

    it('are only the public ones without a login', async () => {
      const { rows } = await open({ login: 'none' }).session.listProjects(null);
      expect(namesOf(rows)).toEqual(['open']);
    });

    it('are all there, however many, and each slice has its part and the total', async () => {
      const projects = many.map((index) => ({ name: `p-${String(index).padStart(3, '0')}` }));
      const { session } = open({ projects });
      expect(namesOf((await session.listProjects(null)).rows)).toEqual(namesOf(projects));
      const slice = await session.listProjects({ page: 3, pageSize: 10 });
      expect(namesOf(slice.rows)).toEqual(namesOf(projects.slice(20, 30)));
      expect(slice.total).toBe(MANY);
    });
  });

  describe('the repositories of a project', () => {
    it('are listed, the newest first', async () => {
      const { rows, total } = await open().session.listRepositories(WEB.project, null);
      expect(namesOf(rows)).toEqual(['empty', 'nested/releases', 'web']);
      expect(total).toBe(3);
      expect(rows[2]).toMatchObject({
        full_name: 'shop/web',
        project: 'shop',
        artifact_count: LISTED.length,
      });
    });

    it('are cut to a slice', async () => {
      const slice = { page: 2, pageSize: 2 };
      const { rows, total } = await open().session.listRepositories(WEB.project, slice);
      expect([namesOf(rows), total]).toEqual([['web'], 3]);
    });

    it('are none in a project without any', async () => {
      const listed = await open().session.listRepositories(projectNamed('bare'), null);
      expect(listed).toEqual({ rows: [], total: 0 });
    });

    it('are harbor_not_found in a project that does not exist', async () => {
      const err = await open()
        .session.listRepositories(projectNamed('nope'), null)
        .catch(orProblem);
      expect(err).toMatchObject({ code: 'harbor_not_found' });
      expect(isMissing(err, 'project')).toBe(true);
    });
  });

  describe('the artifacts of a repository', () => {
    it('are listed, last pushed first, without untagged children and accessories', async () => {
      const { rows, total } = await open().session.listArtifacts(WEB, null);
      expect(digestsOf(rows)).toEqual(LISTED);
      expect(total).toBe(LISTED.length);
      expect(rows.at(-1)).toMatchObject({
        tags: expect.arrayContaining(['v1', 'stable']),
        type: 'IMAGE',
        size: '1kB',
        size_bytes: 1000,
        push_time: time(PUSHED_MS),
        pull_time: time(PUSHED_MS + 1000),
        platforms: [{ os: 'linux', architecture: 'amd64', variant: null, digest: IMAGE }],
      });
      expect(rows[2]).toMatchObject({ tags: ['v2'], pull_time: null });
      expect(digestsOf(rows[2]?.platforms ?? [])).toEqual([TAGGED_CHILD, SHARED_CHILD]);
    });

    it('are all there, however many, also packed and as contents', async () => {
      const web = many.map((index) => ({ tags: [`v${index}`], pushedAt: PUSHED_MS + index }));
      const { session } = open({ projects: [{ name: 'shop', repositories: { web } }] });
      const newest = web.map(({ tags }) => tags[0]).toReversed();
      const { rows } = await session.listArtifacts(WEB, null);
      expect(rows.map(({ tags }) => tags[0])).toEqual(newest);
      const packed = await session.packArtifacts(WEB, (page) =>
        page.map(({ digest, tags }) => ({ digest, tags })),
      );
      expect(packed.map(({ tags }) => tags[0])).toEqual(newest);
      const contents = await session.readArtifacts(WEB);
      expect(contents?.map(({ tags }) => tags[0])).toEqual(newest);
      const slice = await session.listArtifacts(WEB, { page: 2, pageSize: 100 });
      expect(slice.rows.map(({ tags }) => tags[0])).toEqual(newest.slice(100, 200));
      expect(slice.total).toBe(MANY);
    });

    it('are none in an empty repository, which is not a missing one', async () => {
      const { session } = open();
      expect(await session.listArtifacts(at('shop', 'empty'), null)).toEqual({
        rows: [],
        total: 0,
      });
      expect(await session.readArtifacts(at('shop', 'empty'))).toEqual([]);
    });

    it('are harbor_not_found in a repository that does not exist', async () => {
      const { session } = open();
      const err = await session.listArtifacts(at('shop', 'nope'), null).catch(orProblem);
      expect(err).toMatchObject({ code: 'harbor_not_found' });
      expect(isMissing(err, 'repository')).toBe(true);
    });

    it('have details in a slice, and alone', async () => {
      const { session } = open();
      const { rows, total } = await session.listDetailedArtifacts(WEB, { page: 3, pageSize: 2 });
      const details = {
        accessories: [{ type: 'signature.cosign', digest: SIGNATURE, sizeBytes: 10 }],
        immutableTags: [],
      };
      expect(rows).toMatchObject([{ digest: IMAGE, details }]);
      expect(total).toBe(LISTED.length);
      const [one] = rows;
      expect(await session.getDetailedArtifact(WEB, referenceNamed('v1'))).toEqual(one);
      expect(await session.getDetailedArtifact(RELEASES, referenceNamed('r1'))).toMatchObject({
        details: { accessories: [], immutableTags: ['r1'] },
      });
    });

    it('are harbor_not_found one by one if they do not exist', async () => {
      const { session } = open();
      const asked = session.getDetailedArtifact(WEB, referenceNamed('v99'));
      await expect(asked).rejects.toMatchObject({ code: 'harbor_not_found' });
    });
  });

  describe('every tag', () => {
    it('is there, by project and repository, with what failed', async () => {
      const { rows, errors } = await open().session.listImages();
      expect(errors).toEqual([]);
      expect(rows.map(({ project, repository }) => `${project}/${repository}`)).toEqual([
        'open/tool',
        ...Array(2).fill('shop/nested/releases'),
        ...Array(5).fill('shop/web'),
      ]);
      expect(rows.slice(3).map(({ digest }) => digest)).toEqual([
        OTHER_INDEX,
        INDEX,
        TAGGED_CHILD,
        IMAGE,
        IMAGE,
      ]);
      expect(rows.at(-1)).toMatchObject({ size: '1kB' });
    });
  });

  describe('the contents for answers over nodes', () => {
    it('have all artifacts of a repository, last pushed first', async () => {
      const { session } = open();
      const artifacts = (await session.readArtifacts(WEB)) ?? [];
      expect(digestsOf(artifacts)).toEqual(LISTED);
      expect(artifacts[2]).toMatchObject({
        tags: ['v2'],
        children: [TAGGED_CHILD, SHARED_CHILD],
        pullTime: null,
      });
      expect(artifacts.at(-1)).toEqual({
        digest: IMAGE,
        type: 'IMAGE',
        tags: expect.arrayContaining(['v1', 'stable']),
        immutableTags: [],
        children: [],
        sizeBytes: 1000,
        pushTime: time(PUSHED_MS),
        pullTime: time(PUSHED_MS + 1000),
      });
      const releases = await session.readArtifacts(RELEASES);
      expect(releases?.map(({ immutableTags }) => immutableTags)).toContainEqual(['r1']);
    });

    it('come with the state of the rules of immutable tags, also when they are shared', async () => {
      const opened = open();
      const { session } = opened;
      const repositories = [RELEASES, at('shop', 'nope')];
      const read = () => session.readArtifactsWithRules(repositories);
      const { lists, tagRules } = await read();
      expect(lists.map((list) => list?.length ?? null)).toEqual([2, null]);
      expect(tagRules).toBe('readable');
      expect(await read()).toEqual({ lists, tagRules });
      opened.loseRules();
      opened.registry.forget(RELEASES);
      expect(await read()).toMatchObject({ tagRules: 'unreadable' });
      const anonymous = open({ login: 'none' }).session;
      expect(await anonymous.readArtifactsWithRules([at('open', 'tool')])).toMatchObject({
        tagRules: 'hidden',
      });
    });

    it.each([
      ['repository', at('shop', 'nope')],
      ['project', at('nope', 'web')],
    ])('are null if there is no such %s', async (_, where) => {
      expect(await open().session.readArtifacts(where)).toBeNull();
    });

    it.each([
      ['a tag', 'v2', INDEX],
      ['a child without a tag', SHARED_CHILD, SHARED_CHILD],
      ['an accessory', SIGNATURE, SIGNATURE],
      ['an unknown tag', 'v99', null],
      ['an unknown digest', NOTHING, null],
    ])('have the digest of %s', async (_, name, digest) => {
      const reference = referenceNamed(name);
      expect(await open().session.readDigest({ ...WEB, reference })).toBe(digest);
    });

    it('have the repositories of a project, and of all projects', async () => {
      const { session } = open();
      const shop = [WEB, RELEASES, at('shop', 'empty')];
      const [own, all] = [
        await session.readRepositories(WEB.project),
        await session.readRepositories(null),
      ];
      expect(new Set(own)).toEqual(new Set(shop));
      expect(new Set(all)).toEqual(new Set([...shop, at('open', 'tool')]));
      const nope = session.readRepositories(projectNamed('nope'));
      await expect(nope).rejects.toMatchObject({ code: 'harbor_not_found' });
    });

    it('are new for who asks for an answer that begins now', async () => {
      const { session, contents } = open();
      await session.readArtifacts(WEB);
      contents.push('shop', 'web', NEWEST);
      const artifacts = await session.readArtifacts(WEB, { maxAgeMs: 0 });
      expect(artifacts?.[0]?.tags).toEqual(['v9']);
    });

    it('end for a caller who does not wait any longer', async () => {
      const { session } = open();
      const reason = new Error('enough');
      const signal = AbortSignal.abort(reason);
      await expect(session.readArtifacts(WEB, { signal })).rejects.toBe(reason);
      await expect(session.readRepositories(null, { signal })).rejects.toBe(reason);
      expect(await session.readArtifacts(WEB)).toHaveLength(LISTED.length);
    });

    it('are read in a turn of the request, which returns what its work does', async () => {
      const { session } = open();
      const read = session.admit((signal) => session.readArtifacts(WEB, { signal }));
      expect(await read).toHaveLength(LISTED.length);
      const failing = session.admit(() => Promise.reject(new Error('of the work')));
      await expect(failing).rejects.toThrow('of the work');
    });
  });
}
