/** The promises of the `Registry` port (shared/ports/registry.ts), as cases that every implementation passes. */
import { describe, expect, it } from 'vitest';
import type { Registry as Contents } from '../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import type { Registry, RegistrySession } from '../../shared/ports/registry.ts';
import { deletionCases } from './registry-deletion-cases.ts';
import { listCases } from './registry-list-cases.ts';
import { at, NEWEST, PROJECTS, SIGNATURE, WEB } from './registry-projects.ts';
import { turnCases } from './registry-turn-cases.ts';

/** What a registry is made with. */
export interface RegistryGiven {
  readonly projects: readonly ProjectSeed[];
  /** `none` sees only what is public. */
  readonly login: 'valid' | 'refused' | 'none';
}

/** A registry, and what a test does to what is behind it. */
interface RegistrySubject {
  readonly registry: Registry;
  readonly contents: Contents;
  /** From now on nothing answers. */
  goDown(): void;
  /** From now on the rules of immutable tags cannot be read. */
  loseRules(): void;
}

export type MakeRegistry = (given: RegistryGiven) => RegistrySubject;

/** A registry, and its session of a request that may leave. */
export interface OpenRegistry extends RegistrySubject {
  readonly session: RegistrySession;
  readonly client: AbortController;
}

export type Open = (given?: Partial<RegistryGiven>) => OpenRegistry;

const LEFT = new Error('the client has left');

/** Runs all cases. */
export function registrySuite(make: MakeRegistry): void {
  const open: Open = (given = {}) => {
    const subject = make({ projects: PROJECTS, login: 'valid', ...given });
    const client = new AbortController();
    const session = subject.registry.session({ id: 'r1', signal: client.signal });
    return { ...subject, session, client };
  };

  describe('a registry', () => {
    it('has a base URL', () => {
      expect(URL.canParse(open().registry.host ?? '')).toBe(true);
    });

    it.each([
      ['valid', false],
      ['none', true],
    ] as const)('with a login that is %s is anonymous: %s', (login, isAnonymous) => {
      expect(open({ login }).session.isAnonymous).toBe(isAnonymous);
    });

    it('accepts a valid login', async () => {
      const { registry, session, client } = open();
      await expect(registry.checkCredentials(client.signal)).resolves.toBeUndefined();
      await expect(session.proveLogin(client.signal)).resolves.toBeUndefined();
    });

    it('refuses another one, and shows nothing for it', async () => {
      const { registry, session, client } = open({ login: 'refused' });
      const refused = { code: 'harbor_unauthorized' };
      await expect(registry.checkCredentials(client.signal)).rejects.toMatchObject(refused);
      await expect(session.proveLogin(client.signal)).rejects.toMatchObject(refused);
      await expect(session.listProjects(null)).rejects.toMatchObject(refused);
    });

    it('opens a session without a call', () => {
      const { registry, client, goDown } = open();
      goDown();
      expect(registry.session({ id: 'r2', signal: client.signal }).isAnonymous).toBe(false);
    });

    it('does not keep what changes elsewhere once it is told to forget', async () => {
      const { registry, session, contents } = open();
      await session.readArtifacts(WEB);
      contents.push('shop', 'web', NEWEST);
      registry.forget(WEB);
      expect((await session.readArtifacts(WEB))?.[0]?.tags).toEqual(['v9']);
    });
  });

  const { signal } = new AbortController();
  const reference = { kind: 'digest', digest: SIGNATURE } as const;
  /** Each method that makes a call, except those whose answer says that it is not known. */
  const calls: readonly [string, (session: RegistrySession) => Promise<unknown>][] = [
    ['listProjects', (session) => session.listProjects(null)],
    ['listRepositories', (session) => session.listRepositories(WEB.project, null)],
    ['listArtifacts', (session) => session.listArtifacts(WEB, null)],
    ['packArtifacts', (session) => session.packArtifacts(WEB, (rows) => rows)],
    [
      'listDetailedArtifacts',
      (session) => session.listDetailedArtifacts(WEB, { page: 1, pageSize: 10 }),
    ],
    ['getDetailedArtifact', (session) => session.getDetailedArtifact(WEB, reference)],
    ['listImages', (session) => session.listImages()],
    ['readArtifacts', (session) => session.readArtifacts(WEB)],
    ['readArtifactsWithRules', (session) => session.readArtifactsWithRules([WEB])],
    ['readDigest', (session) => session.readDigest({ ...WEB, reference })],
    ['readRepositories', (session) => session.readRepositories(null)],
    ['getArtifact', (session) => session.getArtifact(WEB, reference)],
    ['findRelatives', (session) => session.findRelatives(WEB, { digest: SIGNATURE })],
  ];

  describe('a registry that does not answer', () => {
    it.each([
      ...calls,
      ['proveLogin', (session: RegistrySession) => session.proveLogin(signal)] as const,
    ])('is a problem of the registry: %s', async (_, call) => {
      const { session, goDown } = open();
      goDown();
      await expect(call(session)).rejects.toMatchObject({
        code: expect.stringMatching(/^harbor_(?!not_found)/),
        missing: null,
      });
    });

    it('does not prove a login', async () => {
      const { registry, client, goDown } = open();
      goDown();
      await expect(registry.checkCredentials(client.signal)).rejects.toMatchObject({
        code: expect.stringMatching(/^harbor_(?!unauthorized)/),
      });
    });

    it('says that it does not know, where it may', async () => {
      const { session, goDown } = open();
      goDown();
      expect(await session.childrenOf(WEB, SIGNATURE)).toBeNull();
      expect(await session.otherRepositories(WEB, SIGNATURE)).toBeNull();
      expect(await session.configDigests(WEB, [SIGNATURE])).toBeNull();
      expect(await session.readConfigDigests(WEB, [SIGNATURE])).toBeNull();
      expect(await session.isReadOnly()).toBeNull();
      expect(await session.tagRules(WEB, null)).toBe('unreadable');
    });
  });

  describe('a request whose client has left', () => {
    it.each(calls)('ends with the reason: %s', async (_, call) => {
      const { session, client } = open();
      client.abort(LEFT);
      await expect(call(session)).rejects.toBe(LEFT);
    });

    it('ends with the reason where an answer may be unknown, too', async () => {
      const { session, client } = open();
      client.abort(LEFT);
      await expect(session.childrenOf(WEB, SIGNATURE)).rejects.toBe(LEFT);
      await expect(session.configDigests(WEB, [SIGNATURE])).rejects.toBe(LEFT);
      await expect(session.readConfigDigests(WEB, [SIGNATURE])).rejects.toBe(LEFT);
      await expect(session.isReadOnly()).rejects.toBe(LEFT);
      await expect(session.tagRules(WEB, null)).rejects.toBe(LEFT);
    });

    it('does not end another request', async () => {
      const { registry, client, session } = open();
      const other = registry.session({ id: 'r2', signal: new AbortController().signal });
      client.abort(LEFT);
      await expect(session.readRepositories(null)).rejects.toBe(LEFT);
      expect(await other.readRepositories(WEB.project)).toContainEqual(at('shop', 'web'));
    });
  });

  listCases(open);
  deletionCases(open);
  turnCases(open);
}
