/** The suite of the `Registry` port, which each implementation passes. */
import { describe, expect, it } from 'vitest';
import { Registry as Model } from '../../demo/harbor/registry.ts';
import { harborRegistry } from '../../shared/adapters/harbor/harbor-registry.ts';
import { allOperations } from '../../shared/adapters/harbor/operations.ts';
import { createSharedContents } from '../../shared/node/registry/shared-contents.ts';
import type { Registry, RegistrySession } from '../../shared/ports/registry.ts';
import { isMissing } from '../../shared/ports/registry-problem.ts';
import { type Digest, isDigest, isTag } from '../../shared/values/names.ts';
import { plainRegistry, virtualHarbor } from '../shared/adapters/harbor/virtual-harbor.ts';
import { memoryRegistry } from '../support/memory-registry.ts';
import { projectNamed, repositoryNamed } from '../support/names.ts';

const sha = (digit: string) => {
  const text = `sha256:${digit.repeat(64)}`;
  if (!isDigest(text)) throw new Error('not a digest');
  return text;
};
const tagNamed = (text: string) => {
  if (!isTag(text)) throw new Error('not a tag');
  return text;
};
const INDEX = sha('1');
const CHILD = sha('2');
const SHARED = sha('3');
const PLAIN = sha('4');
const SIGNED = sha('5');
const SIGNATURE = sha('6');
const FIXED = sha('7');
const SHOP = projectNamed('shop');
const WEB = { project: SHOP, repository: repositoryNamed('web') };
const NOWHERE = { project: SHOP, repository: repositoryNamed('nowhere') };
const byDigest = (digest: Digest) => ({ kind: 'digest', digest }) as const;
const byTag = (tag: string) => ({ kind: 'tag', tag: tagNamed(tag) }) as const;

const model = () =>
  new Model({
    accounts: [{ name: 'admin', password: 'secret', kind: 'admin' }],
    projects: [
      {
        name: 'shop',
        immutableTags: ['fixed'],
        repositories: {
          web: [
            {
              digest: INDEX,
              kind: 'index',
              tags: ['multi'],
              children: [{ digest: CHILD }, { digest: SHARED, tags: ['shared'] }],
            },
            { digest: PLAIN, tags: ['v1', 'stable'] },
            {
              digest: SIGNED,
              tags: ['signed'],
              accessories: [{ digest: SIGNATURE, type: 'signature.cosign' }],
            },
            { digest: FIXED, tags: ['fixed'] },
          ],
        },
      },
      { name: 'copies', repositories: { web: [{ digest: PLAIN, tags: ['v1'] }] } },
      { name: 'empty' },
    ],
  });

const LOGIN = { username: 'admin', password: 'secret' };
const IMPLEMENTATIONS: readonly [string, (registry: Model) => Registry][] = [
  [
    'Harbor, each request for itself',
    (registry) => plainRegistry(virtualHarbor({ registry }, LOGIN).harbor),
  ],
  [
    'Harbor, with contents that requests share',
    (registry) => {
      const { harbor, clock } = virtualHarbor({ registry }, LOGIN);
      const contents = createSharedContents({ maxAgeMs: 5000, now: clock.now });
      const { forget } = contents;
      return harborRegistry({
        harbor,
        operations: allOperations(contents),
        forget,
        isUnverified: false,
      });
    },
  ],
  ['memory', memoryRegistry],
];

describe.each(IMPLEMENTATIONS)('the registry: %s', (_, make) => {
  function open(
    registry = model(),
  ): RegistrySession & { readonly registry: Registry; readonly model: Model } {
    const made = make(registry);
    const { signal } = new AbortController();
    return { ...made.session({ id: 'test', signal }), registry: made, model: registry };
  }

  it('has a host, and accepts its credentials', async () => {
    const { registry, isAnonymous } = open();
    expect(registry.host).toBe('http://harbor.example.test');
    expect(isAnonymous).toBe(false);
    await expect(registry.checkCredentials(new AbortController().signal)).resolves.toBeUndefined();
  });

  it('lists projects by name, and a slice with the total of all', async () => {
    const { listProjects } = open();
    const all = await listProjects(null);
    expect(all.rows.map(({ name, repo_count }) => [name, repo_count])).toEqual([
      ['copies', 1],
      ['empty', 0],
      ['shop', 1],
    ]);
    const slice = await listProjects({ page: 2, pageSize: 2 });
    expect([slice.total, slice.rows.map(({ name }) => name)]).toEqual([3, ['shop']]);
  });

  it('lists the repositories of a project', async () => {
    const { rows } = await open().listRepositories(SHOP, null);
    expect(rows).toMatchObject([{ name: 'web', full_name: 'shop/web', artifact_count: 5 }]);
  });

  it('lists artifacts that have a tag or are no child, the last pushed first', async () => {
    const { listArtifacts, packArtifacts } = open();
    const { rows, total } = await listArtifacts(WEB, null);
    expect(rows.map(({ digest }) => digest)).toEqual([FIXED, SIGNED, PLAIN, INDEX, SHARED]);
    expect(total).toBe(5);
    const packed = await packArtifacts(WEB, (some) =>
      some.map(({ digest, tags }) => ({ digest, tags })),
    );
    expect(packed.map(({ digest }) => digest)).toEqual(rows.map(({ digest }) => digest));
  });

  it('says that a repository is missing, and not that it is empty', async () => {
    const { listArtifacts, readArtifacts } = open();
    const err = await listArtifacts(NOWHERE, null).catch((thrown: unknown) => thrown);
    expect(err).toMatchObject({ code: 'harbor_not_found' });
    expect(isMissing(err, 'repository')).toBe(true);
    expect(await readArtifacts(NOWHERE)).toBeNull();
  });

  it('shows accessories and immutable tags in details', async () => {
    const { getDetailedArtifact, listDetailedArtifacts } = open();
    expect(await getDetailedArtifact(WEB, byTag('signed'))).toMatchObject({
      digest: SIGNED,
      details: { accessories: [{ type: 'signature.cosign', digest: SIGNATURE }] },
    });
    const { rows } = await listDetailedArtifacts(WEB, { page: 1, pageSize: 1 });
    expect(rows).toMatchObject([{ digest: FIXED, details: { immutableTags: ['fixed'] } }]);
  });

  it('lists every tag', async () => {
    const { rows, errors } = await open().listImages();
    expect(rows.map(({ project, tag }) => `${project} ${tag}`).toSorted()).toEqual([
      'copies v1',
      'shop fixed',
      'shop multi',
      'shop shared',
      'shop signed',
      'shop stable',
      'shop v1',
    ]);
    expect(errors).toEqual([]);
  });

  it('reads the contents of repositories within one turn', async () => {
    const { admit, readRepositories, readArtifacts } = open();
    const found = await admit(async (signal) => {
      const repositories = await readRepositories(null, { signal });
      return Promise.all(repositories.map((at) => readArtifacts(at, { signal })));
    });
    expect(found.map((artifacts) => artifacts?.length).toSorted()).toEqual([1, 5]);
    expect(await readRepositories(SHOP)).toEqual([WEB]);
    const index = (await readArtifacts(WEB))?.find(({ digest }) => digest === INDEX);
    expect(index).toMatchObject({ tags: ['multi'], children: [CHILD, SHARED] });
  });

  it('finds the digest of what lists leave out; null if there is none', async () => {
    const { readDigest } = open();
    expect(await readDigest({ ...WEB, reference: byDigest(CHILD) })).toBe(CHILD);
    expect(await readDigest({ ...WEB, reference: byTag('stable') })).toBe(PLAIN);
    expect(await readDigest({ ...WEB, reference: byTag('none') })).toBeNull();
  });

  it('reads an artifact as a deletion needs it', async () => {
    const { getArtifact, childrenOf, configDigests } = open();
    const index = await getArtifact(WEB, byTag('multi'));
    expect(index).toMatchObject({ digest: INDEX, tags: ['multi'], childDigests: [CHILD, SHARED] });
    expect((await getArtifact(WEB, byDigest(PLAIN))).tags.toSorted()).toEqual(['stable', 'v1']);
    expect(await childrenOf(WEB, INDEX)).toEqual([CHILD, SHARED]);
    expect(await configDigests(WEB, [PLAIN])).toHaveLength(1);
    await expect(getArtifact(WEB, byTag('none'))).rejects.toMatchObject({
      code: 'harbor_not_found',
    });
  });

  it('tells what goes with an artifact, and what keeps it', async () => {
    const { findRelatives, otherRepositories } = open();
    expect(await findRelatives(WEB, { digest: INDEX })).toEqual({
      parentDigests: [],
      childDigests: [CHILD],
      accessoryDigests: [],
    });
    expect(await findRelatives(WEB, { digest: SHARED })).toMatchObject({ parentDigests: [INDEX] });
    expect(await findRelatives(WEB, { digest: SIGNED })).toMatchObject({
      accessoryDigests: [SIGNATURE],
    });
    expect(await otherRepositories(WEB, PLAIN)).toEqual(['copies/web']);
  });

  it('deletes an artifact with its tags, or one tag', async () => {
    const { deleteArtifact, getArtifact, remainingTarget, model: stored } = open();
    const target = { at: WEB, digest: PLAIN, tag: tagNamed('v1') };
    expect(await remainingTarget(target)).toEqual({ pushTime: expect.any(String) });
    await deleteArtifact(target);
    expect(await remainingTarget(target)).toBeNull();
    expect((await getArtifact(WEB, byDigest(PLAIN))).tags).toEqual(['stable']);
    await deleteArtifact({ ...target, tag: null });
    expect(stored.artifact('shop', 'web', PLAIN)).toBeUndefined();
  });

  it('sends nothing if what runs before rejects', async () => {
    const { deleteArtifact, model: stored } = open();
    const beforeSend = () => Promise.reject(new Error('not now'));
    const deletion = { at: WEB, digest: PLAIN, tag: null, beforeSend };
    await expect(deleteArtifact(deletion)).rejects.toThrow('not now');
    expect(stored.artifact('shop', 'web', PLAIN)).toBeDefined();
  });

  it.each([
    ['an immutable tag', FIXED, 'artifact_immutable'],
    ['an index that refers to it', SHARED, 'artifact_referenced'],
  ])('refuses a deletion for %s', async (_why, digest, code) => {
    const deletion = { at: WEB, digest: digest, tag: null };
    await expect(open().deleteArtifact(deletion)).rejects.toMatchObject({ code });
  });

  it('says that it is read-only, and refuses then', async () => {
    const { isReadOnly, deleteArtifact, model: stored } = open();
    expect(await isReadOnly()).toBe(false);
    stored.readOnly = true;
    expect(await isReadOnly()).toBe(true);
    const deletion = { at: WEB, digest: PLAIN, tag: null };
    await expect(deleteArtifact(deletion)).rejects.toMatchObject({ code: 'harbor_read_only' });
  });

  it('says that something else deleted an artifact first', async () => {
    const { deleteArtifact } = open();
    const deletion = { at: WEB, digest: PLAIN, tag: null };
    await deleteArtifact(deletion);
    await expect(deleteArtifact(deletion)).rejects.toMatchObject({ extras: { outcome: 'gone' } });
  });
});
