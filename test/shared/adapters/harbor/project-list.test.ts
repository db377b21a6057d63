/** The proof of the list of projects, with a virtual clock. */
import { describe, expect, it } from 'vitest';
import { INTERNAL_ERROR } from '../../../../demo/harbor/answer.ts';
import { type FaultAnswer, nextCalls, type RecordedCall } from '../../../../demo/harbor/faults.ts';
import { generateRegistry } from '../../../../demo/harbor/generate.ts';
import type { Account } from '../../../../demo/harbor/model.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { HarborStandInOptions } from '../../../../demo/harbor/stand-in.ts';
import { listProjects } from '../../../../shared/adapters/harbor/project-list.ts';
import { json, scriptHarbor, sessionAt } from './scripted-harbor.ts';
import { virtualHarbor } from './virtual-harbor.ts';

const PASSWORD = 'right-password';
const rights = ['repository:list', 'artifact:list'] as const;
const accounts: readonly Account[] = [
  { name: 'dev', password: PASSWORD, kind: 'user' },
  { name: 'robot$all', password: PASSWORD, kind: 'robot', robot: { projects: '*', rights } },
];
const members = { dev: 'developer' } as const;

function smallRegistry(): Registry {
  const repositories = { app: [{ tags: ['v1'] }] };
  return new Registry({
    accounts,
    projects: [
      { name: 'open', public: true, repositories },
      { name: 'own', members, repositories },
      { name: 'empty', members },
    ],
  });
}

function harborOf(options: Partial<HarborStandInOptions> = {}, username = 'dev') {
  const registry = options.registry ?? smallRegistry();
  const harbor = virtualHarbor(
    { latencyMs: 10, loginLockMs: 1500, ...options, registry },
    { username, password: username === '' ? '' : PASSWORD },
  );
  return { ...harbor, projects: () => listProjects(harbor.open()) };
}

const namesOf = ({ rows }: { readonly rows: readonly { readonly name: string }[] }) =>
  rows.map(({ name }) => name);
const ALL = ['empty', 'open', 'own'];
const isList = ({ list }: RecordedCall) => list === 'projects';
const isStatistics = ({ path }: RecordedCall) => path.endsWith('/statistics');
const anonymous: FaultAnswer = { anonymous: true };

describe('the list of projects', () => {
  it('of a user takes one call in addition to its pages', async () => {
    const { standIn, projects } = harborOf();
    expect(namesOf(await projects())).toEqual(ALL);
    expect(standIn.calls.map(({ path }) => path.replace(/\?.*/, ''))).toEqual([
      '/api/v2.0/projects',
      '/api/v2.0/statistics',
    ]);
  });

  it('is complete although the login is locked while it is read', async () => {
    const { standIn, projects } = harborOf();
    standIn.lockLogin('dev');
    expect(namesOf(await projects())).toEqual(ALL);
  });

  it('is complete although its page was anonymous and arrived 2 s late', async () => {
    const faults = nextCalls(1, { anonymous: true, lateMs: 2000 }, isList);
    const { projects } = harborOf({ faults });
    expect(namesOf(await projects())).toEqual(ALL);
  });

  it('is harbor_unauthorized when only the public projects are listed, four times', async () => {
    const { standIn, projects } = harborOf({ faults: nextCalls(99, anonymous, isList) });
    await expect(projects()).rejects.toMatchObject({
      code: 'harbor_unauthorized',
      message: expect.stringContaining('locks the account'),
    });
    expect(standIn.calls.filter(isList)).toHaveLength(4);
  });

  it('of a robot is read again when the robot was refused meanwhile', async () => {
    const faults = ({ number }: RecordedCall) => (number <= 2 ? anonymous : undefined);
    const { projects } = harborOf({ faults }, 'robot$all');
    expect(namesOf(await projects())).toEqual(ALL);
  });

  it('without a login has the public projects', async () => {
    const { projects } = harborOf({}, '');
    expect(namesOf(await projects())).toEqual(['open']);
  });

  it('is harbor_error immediately while the database is down, although logins are refused', async () => {
    const { standIn, projects, clock } = harborOf();
    standIn.outage = 'database';
    const startedAtMs = clock.now();
    await expect(projects()).rejects.toMatchObject({ code: 'harbor_error' });
    expect(clock.now() - startedAtMs).toBe(10);
  });

  it('is complete although its counts fail once', async () => {
    const { projects } = harborOf({
      faults: nextCalls(1, { answer: INTERNAL_ERROR }, isStatistics),
    });
    expect(namesOf(await projects())).toEqual(ALL);
  });

  it('keeps a project that existed all the time when others are created and deleted between its pages', async () => {
    const registry = generateRegistry({ projects: 0, emptyProjects: 150 });
    const faults = ({ list, page }: RecordedCall) => {
      if (list === 'projects' && page === 2 && registry.project('zzz') === undefined) {
        const oldest = registry.project('empty-000');
        if (oldest !== undefined) registry.deleteProject(oldest);
        registry.addProject({ name: 'zzz' });
      }
      return undefined;
    };
    const harbor = virtualHarbor(
      { registry, faults },
      { username: 'admin', password: 'generated-password' },
    );
    const names = namesOf(await listProjects(harbor.open()));
    const kept = Array.from({ length: 149 }, (_, id) => `empty-${String(id + 1).padStart(3, '0')}`);
    expect(names).toEqual(expect.arrayContaining(kept));
  });
});

describe('a project without repositories', () => {
  const failing: FaultAnswer = { failSubQueries: { of: ['repo_count'] } };

  it.each(['dev', 'robot$all', ''])('is confirmed by the sum of all, as %j', async (username) => {
    const { projects } = harborOf({ faults: nextCalls(1, failing, isList) }, username);
    const { rows } = await projects();
    expect(rows.find(({ name }) => name === 'open')).toMatchObject({ repo_count: 1 });
  });

  it.each(['dev', 'robot$all', ''])(
    'is harbor_error while it is not confirmed, as %j',
    async (username) => {
      const { projects } = harborOf({ faults: nextCalls(99, failing, isList) }, username);
      await expect(projects()).rejects.toMatchObject({ code: 'harbor_error' });
    },
  );

  it('is not confirmed by a count that Harbor makes while it cannot look up the login', async () => {
    const registry = new Registry({
      accounts,
      projects: [{ name: 'own', members, repositories: { app: [{ tags: ['v1'] }] } }],
    });
    const { standIn, projects } = harborOf(
      {
        registry,
        faults: ({ list, path }) => {
          if (path.startsWith('/api/v2.0/repositories')) standIn.outage = { table: 'harbor_user' };
          return list === 'projects' ? failing : undefined;
        },
      },
      'robot$all',
    );
    await expect(projects()).rejects.toMatchObject({ code: 'harbor_error' });
  });

  it('is harbor_bad_response when Harbor does not count its repositories', async () => {
    const harbor = await scriptHarbor({
      'GET /projects': json([{ project_id: 1, name: 'empty', metadata: { public: 'true' } }], 1),
      'GET /repositories': json([]),
    });
    await expect(sessionAt(harbor, { username: '' }).projects()).rejects.toMatchObject({
      code: 'harbor_bad_response',
      message: expect.stringContaining('Harbor does not report how many repositories it has.'),
    });
  });
});
