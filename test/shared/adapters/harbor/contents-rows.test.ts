import { describe, expect, it } from 'vitest';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../../../demo/harbor/seed.ts';
import { plainContents as reader } from '../../../../shared/adapters/harbor/contents.ts';
import type { Digest } from '../../../../shared/values/names.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import {
  CHECK,
  digestOf,
  harborAt,
  harborError,
  html,
  json,
  paged,
  recorded,
  scriptHarbor,
  wireArtifact,
} from './scripted-harbor.ts';
import { virtualHarbor } from './virtual-harbor.ts';

const at = (project: string, repository: string) => ({
  project: projectNamed(project),
  repository: repositoryNamed(repository),
});
const WEB = at('team-a', 'app');

const KEEPER = { name: 'keeper', password: 'secret', kind: 'user' } as const;

/** A session of a member of the projects, over the stand-in. */
function standIn(projects: readonly ProjectSeed[], as: 'keeper' | 'admin' = 'keeper') {
  const accounts = [KEEPER, { name: 'admin', password: 'secret', kind: 'admin' } as const];
  const seeded = projects.map((project) => ({
    members: { keeper: 'developer' } as const,
    ...project,
  }));
  const registry = new Registry({ accounts, projects: seeded });
  const harbor = virtualHarbor({ registry }, { username: as, password: 'secret', maxRows: 500 });
  return { session: harbor.open(), calls: harbor.standIn.calls };
}

/** A session with a Harbor that answers as the script says. */
async function scripted(script: Parameters<typeof scriptHarbor>[0], username = 'admin') {
  const harbor = await scriptHarbor(script);
  const { signal } = new AbortController();
  const session = harborAt(harbor, { username }).harbor.session({
    requestId: 'req-1',
    signal: () => signal,
  });
  return { session, calls: harbor.calls };
}

const LIST = 'GET /projects/team-a/repositories/app/artifacts';
const REPOSITORIES = 'GET /projects/team-a/repositories';
const EXISTS = 'HEAD /projects?project_name=team-a';
const ONE = `GET /projects/team-a/repositories/app/artifacts/${digestOf(1)}`;
const first = { ...WEB, reference: { kind: 'digest', digest: digestOf(1) as Digest } } as const;

describe('the artifacts of a repository', () => {
  it('are too many if there are more than harbor_max_rows', async () => {
    const app = Array.from({ length: 501 }, (_, index) => ({ digest: digestOf(index) }));
    const { session } = standIn([{ name: 'team-a', repositories: { app } }]);
    await expect(reader.artifacts(session, WEB)).rejects.toMatchObject({
      code: 'response_too_large',
    });
  });

  it.each(['admin', 'keeper'] as const)(
    'are null in a project that does not exist, for %s',
    async (as) => {
      const { session } = standIn([{ name: 'others' }], as);
      expect(await reader.artifacts(session, WEB)).toBeNull();
    },
  );

  it('are not null in a project that the login may not see', async () => {
    const { session } = standIn([{ name: 'team-a', members: {}, repositories: { app: [] } }]);
    await expect(reader.artifacts(session, WEB)).rejects.toMatchObject({
      code: 'harbor_forbidden',
    });
  });

  it('are null by the recorded answers for an unknown project', async () => {
    const { session } = await scripted({
      [LIST]: recorded('artifacts-unknown-project-as-admin'),
      [REPOSITORIES]: recorded('repos-unknown-project-as-admin'),
      [EXISTS]: recorded('project-head-missing'),
    });
    expect(await reader.artifacts(session, WEB)).toBeNull();
  });

  it('are an error if Harbor refuses the login that should prove that the project is missing', async () => {
    const { session } = await scripted({
      [LIST]: recorded('artifacts-unknown-project-as-admin'),
      [REPOSITORIES]: recorded('repos-unknown-project-as-admin'),
      [EXISTS]: { status: 401 },
    });
    await expect(reader.artifacts(session, WEB)).rejects.toMatchObject({
      code: 'harbor_unauthorized',
    });
  });

  it.each([
    ['the path', recorded('path-unknown-endpoint'), 'harbor_bad_response'],
    ['a proxy', html(404), 'harbor_bad_response'],
    [
      'a database that is down',
      harborError(500, 'UNKNOWN', 'internal server error'),
      'harbor_error',
    ],
  ])('are an error if %s is why there is no list', async (_, reply, code) => {
    const { session } = await scripted({ [LIST]: reply });
    await expect(reader.artifacts(session, WEB)).rejects.toMatchObject({ code });
  });

  it('are an error for a caller without a login, to whom all missing projects are 401', async () => {
    const { session, calls } = await scripted(
      { [LIST]: recorded('artifacts-unknown-project-as-anonymous') },
      '',
    );
    await expect(reader.artifacts(session, WEB)).rejects.toMatchObject({
      code: 'harbor_unauthorized',
    });
    expect(calls).not.toContain(CHECK);
  });
});

describe('the digest of one artifact', () => {
  it.each(['artifact-get-unknown-digest', 'artifact-get-unknown-repo', 'artifact-get-unknown-tag'])(
    'is null by the recorded answer %s',
    async (name) => {
      const { session } = await scripted({ [ONE]: recorded(name) });
      expect(await reader.digestOf(session, first)).toBeNull();
    },
  );

  it.each([
    ['the path', recorded('path-unknown-endpoint')],
    ['the project', harborError(404, 'NOT_FOUND', 'project team-a not found')],
    ['a proxy', html(404)],
    ['the rights', harborError(403, 'FORBIDDEN', 'forbidden')],
  ])('is an error if the refusal is about %s', async (_, reply) => {
    const { session } = await scripted({ [ONE]: reply });
    await expect(reader.digestOf(session, first)).rejects.toThrow('GET /projects/team-a');
  });
});

describe('the repositories', () => {
  const projects: ProjectSeed[] = [
    { name: 'team-a', repositories: { app: [], 'apps/web': [] } },
    { name: 'team-b', repositories: { jobs: [] } },
    { name: 'empty' },
  ];

  it('of all projects are listed project by project', async () => {
    const { session, calls } = standIn(projects);
    const names = (await reader.repositories(session, null)).map(
      ({ project, repository }) => `${project}/${repository}`,
    );
    expect(names.toSorted()).toEqual(['team-a/app', 'team-a/apps/web', 'team-b/jobs']);
    expect(calls.some(({ path }) => path.includes('/projects/empty/'))).toBe(false);
  });

  it('are an error if one has a name that no URL may have', async () => {
    const { session } = await scripted({
      [REPOSITORIES]: paged([{ name: 'team-a/../etc' }]),
    });
    await expect(reader.repositories(session, projectNamed('team-a'))).rejects.toThrow(
      'not a name that Harbor allows',
    );
  });
});

it('asks again for artifacts whose tags Harbor did not read', async () => {
  const untagged = 'GET /projects/team-a/repositories/app/artifacts';
  let lists = 0;
  const { session } = await scripted({
    [untagged]: (url) => {
      if (url.searchParams.get('q') === 'tags=nil') return json([], 0);
      lists++;
      return json([wireArtifact(1, lists === 1 ? { tags: null } : {})], 1);
    },
  });
  expect(await reader.artifacts(session, WEB)).toMatchObject([{ tags: ['v1'] }]);
});
