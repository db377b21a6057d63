/** The cases of `RegistryDeletions`. */
import { describe, expect, it } from 'vitest';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type { ArtifactDeletion } from '../../shared/ports/registry-artifact.ts';
import { isMissing } from '../../shared/ports/registry-problem.ts';
import type { Digest, Tag } from '../../shared/values/names.ts';
import { orProblem } from '../../shared/values/problem.ts';
import { referenceNamed } from '../support/names.ts';
import {
  at,
  IMAGE,
  INDEX,
  NOTHING,
  OTHER_INDEX,
  PUSHED_MS,
  RELEASE,
  RELEASES,
  SHARED_CHILD,
  SIGNATURE,
  TAGGED_CHILD,
  UNTAGGED,
  WEB,
} from './registry-projects.ts';
import type { Open, OpenRegistry } from './registry-suite.ts';

function tagNamed(text: string): Tag {
  const reference = referenceNamed(text);
  if (reference.kind === 'digest') throw new Error(`${text} is no tag`);
  return reference.tag;
}

/** The deletion of a whole artifact. */
const whole = (digest: Digest, where = WEB): ArtifactDeletion => {
  return { at: where, digest, tag: null };
};
/** The deletion of one tag. */
const only = (tag: string, digest: Digest, where = WEB): ArtifactDeletion => {
  return { at: where, digest, tag: tagNamed(tag) };
};

const has = ({ contents }: OpenRegistry, name: string, repository = 'web'): boolean =>
  contents.artifact('shop', repository, name) !== undefined;

export function deletionCases(open: Open): void {
  describe('one artifact as it is now', () => {
    it('has its tags, children, accessories and immutable tags', async () => {
      const { session } = open();
      expect(await session.getArtifact(WEB, referenceNamed('v1'))).toEqual({
        digest: IMAGE,
        tags: expect.arrayContaining(['v1', 'stable']),
        size_bytes: 1000,
        childDigests: [],
        accessoryDigests: [SIGNATURE],
        immutableTags: [],
        pushTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
      expect(await session.getArtifact(WEB, referenceNamed(INDEX))).toMatchObject({
        childDigests: [TAGGED_CHILD, SHARED_CHILD],
        accessoryDigests: [],
      });
      expect(await session.getArtifact(RELEASES, referenceNamed('also'))).toMatchObject({
        tags: expect.arrayContaining(['r1', 'also']),
        immutableTags: ['r1'],
      });
    });

    it('is never an earlier answer', async () => {
      const { session, contents } = open();
      await session.getArtifact(WEB, referenceNamed('v1'));
      contents.push('shop', 'web', { digest: UNTAGGED, tags: ['v1'] });
      expect(await session.getArtifact(WEB, referenceNamed('v1'))).toMatchObject({
        digest: UNTAGGED,
        tags: ['v1'],
      });
    });

    it.each([
      ['tag', WEB, 'v99'],
      ['digest', WEB, NOTHING],
      ['repository', at('shop', 'nope'), 'v1'],
    ])('is harbor_not_found if there is no such %s', async (_, where, name) => {
      const { session } = open();
      const err = await session.getArtifact(where, referenceNamed(name)).catch(orProblem);
      expect(err).toMatchObject({ code: 'harbor_not_found' });
      expect(isMissing(err, 'artifact', 'repository')).toBe(true);
    });
  });

  describe('the relatives of an artifact', () => {
    it.each([
      ['an index', INDEX, [TAGGED_CHILD, SHARED_CHILD]],
      ['another artifact', IMAGE, []],
      ['one that does not exist', NOTHING, null],
    ])('are its children: those of %s', async (_, digest, children) => {
      expect(await open().session.childrenOf(WEB, digest)).toEqual(children);
    });

    it('are the indexes that refer to it', async () => {
      const { session } = open();
      const { parentDigests, childDigests } = await session.findRelatives(WEB, {
        digest: SHARED_CHILD,
      });
      expect(new Set(parentDigests)).toEqual(new Set([INDEX, OTHER_INDEX]));
      expect(childDigests).toEqual([]);
    });

    it('leave out children that stay: those with a tag, and those of another index', async () => {
      const { session } = open();
      const relatives = await session.findRelatives(WEB, { digest: INDEX });
      expect(relatives).toEqual({ parentDigests: [], childDigests: [], accessoryDigests: [] });
    });

    it('are the children that go with it, theirs, and all their accessories', async () => {
      const attached = (digest: Digest) => [{ type: 'sbom.harbor', digest }];
      const child = {
        digest: UNTAGGED,
        children: [{ digest: RELEASE }],
        accessories: attached(SIGNATURE),
      };
      const staying = { digest: TAGGED_CHILD, tags: ['arm'], accessories: attached(OTHER_INDEX) };
      const index = {
        digest: INDEX,
        tags: ['v1'],
        children: [child, staying],
        accessories: attached(IMAGE),
      };
      const { session } = open({ projects: [{ name: 'shop', repositories: { web: [index] } }] });
      const relatives = await session.findRelatives(WEB, { digest: INDEX });
      expect(new Set(relatives.childDigests)).toEqual(new Set([UNTAGGED, RELEASE]));
      expect(relatives.accessoryDigests).toEqual([IMAGE, SIGNATURE]);
    });

    it('are the accessories of accessories too', async () => {
      const sbom = { type: 'sbom.harbor', digest: SIGNATURE };
      const signed = { ...sbom, accessories: [{ type: 'signature.cosign', digest: RELEASE }] };
      const image = { digest: IMAGE, tags: ['v1'], accessories: [signed] };
      const opened = open({ projects: [{ name: 'shop', repositories: { web: [image] } }] });
      const { session } = opened;
      const { accessoryDigests } = await session.findRelatives(WEB, { digest: IMAGE });
      expect(accessoryDigests).toEqual([SIGNATURE, RELEASE]);
      const artifact = await session.getArtifact(WEB, referenceNamed('v1'));
      expect(artifact.accessoryDigests).toEqual([SIGNATURE, RELEASE]);
      await session.deleteArtifact(whole(IMAGE));
      expect([SIGNATURE, RELEASE].filter((name) => has(opened, name))).toEqual([]);
    });

    it('are in other repositories too, by name', async () => {
      const { session } = open();
      expect(await session.otherRepositories(WEB, IMAGE)).toEqual(['shop/nested/releases']);
      expect(await session.otherRepositories(WEB, INDEX)).toEqual([]);
      const anonymous = open({ login: 'none' }).session;
      expect(await anonymous.otherRepositories(at('open', 'tool'), IMAGE)).toBeNull();
    });

    it('have configurations for a caller without a login, if they are public', async () => {
      const { session } = open({ login: 'none' });
      const tool = at('open', 'tool');
      const [{ digest = '' } = {}] = (await session.readArtifacts(tool)) ?? [];
      expect(session.configs.of([digest])).toBeNull();
      expect(session.configs.hasId(configDigestOf(digest))).toBe(false);
      expect(await session.configDigests(tool, [digest])).toEqual([configDigestOf(digest)]);
      expect(session.configs.of([digest])).toEqual([configDigestOf(digest)]);
      expect(session.configs.of([digest, NOTHING])).toBeNull();
      expect(session.configs.hasId(configDigestOf(digest))).toBe(true);
      expect(await session.readConfigDigests(WEB, [IMAGE])).toBeNull();
    });

    it.each(['configDigests', 'readConfigDigests'] as const)(
      'have configurations, unless one is an index or does not exist: %s',
      async (method) => {
        const { session } = open();
        const configsOf = (manifests: readonly string[]) => session[method](WEB, manifests);
        const manifests = [IMAGE, SHARED_CHILD];
        expect(await configsOf(manifests)).toEqual(manifests.map(configDigestOf));
        expect(await configsOf([])).toEqual([]);
        expect(await configsOf([IMAGE, INDEX])).toBeNull();
        expect(await configsOf([NOTHING])).toBeNull();
      },
    );
  });

  describe('a deletion', () => {
    it('removes the artifact with its tags and accessories', async () => {
      const opened = open();
      await opened.session.deleteArtifact(whole(IMAGE));
      expect(['v1', 'stable', IMAGE, SIGNATURE].filter((name) => has(opened, name))).toEqual([]);
      expect(has(opened, IMAGE, 'nested/releases')).toBe(true);
    });

    it('removes an index and leaves the children that others need', async () => {
      const opened = open();
      await opened.session.deleteArtifact(whole(INDEX));
      expect(has(opened, INDEX)).toBe(false);
      expect(has(opened, TAGGED_CHILD)).toBe(true);
      expect(has(opened, SHARED_CHILD)).toBe(true);
      await opened.session.deleteArtifact(whole(OTHER_INDEX));
      expect(has(opened, SHARED_CHILD)).toBe(false);
    });

    it('of a tag leaves the artifact', async () => {
      const opened = open();
      await opened.session.deleteArtifact(only('v1', IMAGE));
      expect(has(opened, 'v1')).toBe(false);
      expect(has(opened, 'stable')).toBe(true);
    });

    it.each([
      ['artifact_immutable', whole(RELEASE, RELEASES)],
      ['artifact_immutable', only('r1', RELEASE, RELEASES)],
      ['artifact_referenced', whole(SHARED_CHILD)],
    ])('is refused by a rule: %s', async (code, deletion) => {
      const opened = open();
      await expect(opened.session.deleteArtifact(deletion)).rejects.toMatchObject({ code });
      expect(await opened.session.remainingTarget(deletion)).not.toBeNull();
    });

    it('is refused while the rules of immutable tags cannot be read, and no tag seems immutable', async () => {
      const opened = open();
      const { session } = opened;
      expect(await session.tagRules(RELEASES, null)).toBe('readable');
      opened.loseRules();
      expect(await session.tagRules(RELEASES, null)).toBe('unreadable');
      expect(await session.getArtifact(RELEASES, referenceNamed('r1'))).toMatchObject({
        immutableTags: [],
      });
      expect((await session.readArtifacts(RELEASES))?.flatMap((row) => row.immutableTags)).toEqual(
        [],
      );
      for (const target of [whole(RELEASE, RELEASES), whole(IMAGE)]) {
        await expect(session.deleteArtifact(target)).rejects.toMatchObject({
          code: 'harbor_error',
        });
      }
      expect([has(opened, RELEASE, 'nested/releases'), has(opened, IMAGE)]).toEqual([true, true]);
    });

    it('has rules that prove the tags of an artifact only if all that are immutable are marked', async () => {
      const { session } = open();
      const rulesFor = (immutableTags: readonly string[]) =>
        session.tagRules(RELEASES, { tags: ['r1', 'v1'], immutableTags });
      expect(await rulesFor(['r1'])).toBe('readable');
      expect(await rulesFor([])).toBe('unreadable');
    });

    it('does not know rules that the account may not see, or of projects that do not exist', async () => {
      const anonymous = open({ login: 'none' }).session;
      expect(await anonymous.tagRules(at('open', 'tool'), null)).toBe('hidden');
      expect(await open().session.tagRules(at('nope', 'x'), null)).toBe('unreadable');
    });

    it('is refused while the registry is read-only', async () => {
      const opened = open();
      expect(await opened.session.isReadOnly()).toBe(false);
      opened.contents.readOnly = true;
      expect(await opened.session.isReadOnly()).toBe(true);
      await expect(opened.session.deleteArtifact(whole(IMAGE))).rejects.toMatchObject({
        code: 'harbor_read_only',
      });
      expect(has(opened, IMAGE)).toBe(true);
    });

    it('is not sent if its turn comes and it must not be', async () => {
      const opened = open();
      const beforeSend = () => Promise.reject(new Error('not now'));
      const sent = opened.session.deleteArtifact({ ...whole(IMAGE), beforeSend });
      await expect(sent).rejects.toThrow('not now');
      expect(has(opened, IMAGE)).toBe(true);
    });

    it('is not sent if the client has left before', async () => {
      const opened = open();
      const reason = new Error('left');
      opened.client.abort(reason);
      await expect(opened.session.deleteArtifact(whole(IMAGE))).rejects.toBe(reason);
      expect(has(opened, IMAGE)).toBe(true);
    });

    it('continues if the client leaves once it is sent', async () => {
      const opened = open();
      const beforeSend = async () => void setImmediate(() => opened.client.abort());
      await opened.session.deleteArtifact({ ...whole(IMAGE), beforeSend });
      expect(has(opened, IMAGE)).toBe(false);
    });

    it.each([
      ['artifact', whole(IMAGE)],
      ['tag', only('v1', IMAGE)],
    ])('is gone if something else deletes the %s first', async (_, deletion) => {
      const opened = open();
      const beforeSend = async () => {
        const artifact = opened.contents.artifact('shop', 'web', IMAGE);
        if (artifact !== undefined) opened.contents.deleteArtifact(artifact);
      };
      const sent = opened.session.deleteArtifact({ ...deletion, beforeSend });
      await expect(sent).rejects.toMatchObject({ extras: { outcome: 'gone' } });
    });

    it('is unknown if the registry does not say what came of it', async () => {
      const opened = open();
      const beforeSend = async () => opened.goDown();
      const sent = opened.session.deleteArtifact({ ...whole(IMAGE), beforeSend });
      await expect(sent).rejects.toMatchObject({
        code: 'harbor_timeout',
        extras: { outcome: 'unknown' },
      });
    });

    it('is found later by its target, with the time of its push, or not at all', async () => {
      const { session, contents } = open();
      expect(await session.remainingTarget(whole(IMAGE))).toEqual({
        pushTime: new Date(PUSHED_MS).toISOString(),
      });
      expect(await session.remainingTarget(only('v1', IMAGE))).toMatchObject({
        pushTime: expect.any(String),
      });
      contents.push('shop', 'web', { digest: UNTAGGED, tags: ['v1'] });
      expect(await session.remainingTarget(only('v1', IMAGE))).toBeNull();
      expect(await session.remainingTarget(whole(NOTHING))).toBeNull();
    });
  });
}
