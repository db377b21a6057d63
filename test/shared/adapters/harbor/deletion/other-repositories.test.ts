import { describe, expect, it } from 'vitest';
import type { Faults } from '../../../../../demo/harbor/faults.ts';
import { Registry } from '../../../../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../../../../demo/harbor/seed.ts';
import { otherRepositories } from '../../../../../shared/adapters/harbor/other-repositories.ts';
import { isDigest } from '../../../../../shared/values/names.ts';
import { projectNamed, repositoryNamed } from '../../../../support/names.ts';
import { virtualHarbor } from '../virtual-harbor.ts';

const DIGEST = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'2'.repeat(64)}`;
const INDEX = `sha256:${'3'.repeat(64)}`;
const account = { name: 'keeper', password: 'keeper-password' };
const at = { project: projectNamed('team'), repository: repositoryNamed('web') };

interface Setup {
  readonly faults?: Faults;
  readonly login?: { readonly username: string; readonly password: string };
}

function setup(projects: readonly ProjectSeed[], { faults, login }: Setup = {}) {
  const registry = new Registry({ accounts: [{ ...account, kind: 'admin' }], projects });
  const given = login ?? { username: account.name, password: account.password };
  const { standIn, open } = virtualHarbor({ registry, ...(faults && { faults }) }, given);
  const find = async () => (isDigest(DIGEST) ? await otherRepositories(open(), at, DIGEST) : []);
  const asked = () =>
    standIn.calls.filter(({ path }) => /\/projects\/[^/]+\/artifacts\?/.test(path)).length;
  return { find, asked };
}

const TEAM: ProjectSeed = {
  name: 'team',
  repositories: { web: [{ digest: DIGEST, tags: ['v1'] }], api: [{ digest: OTHER, tags: ['v1'] }] },
};

describe('the other repositories with a digest', () => {
  it('include one where it is an untagged child of an index', async () => {
    const { find } = setup([
      TEAM,
      {
        name: 'mirror',
        repositories: { multi: [{ digest: INDEX, tags: ['1'], children: [{ digest: DIGEST }] }] },
      },
    ]);
    expect(await find()).toEqual(['mirror/multi']);
  });

  it('are not known when a project cannot be listed', async () => {
    const { find } = setup([TEAM, { name: 'mirror', repositories: { a: [{ digest: DIGEST }] } }], {
      faults: ({ path }) =>
        path.includes('/projects/mirror/artifacts') ? { cut: 'before-answer' } : undefined,
    });
    expect(await find()).toBe(null);
  });

  it('are not known to a Harbor that ignores the filter', async () => {
    const { find } = setup([TEAM], {
      faults: ({ path }) =>
        path.includes('/projects/team/artifacts')
          ? {
              change: (answer) => ({
                ...answer,
                body: String(answer.body).replaceAll(DIGEST, OTHER),
              }),
            }
          : undefined,
    });
    expect(await find()).toBe(null);
  });

  it('are not known without a login', async () => {
    const { find, asked } = setup([{ ...TEAM, public: true }], {
      login: { username: '', password: '' },
    });
    expect(await find()).toBe(null);
    expect(asked()).toBe(0);
  });

  it('are not looked for in more than 100 projects', async () => {
    const many = Array.from({ length: 100 }, (_, number) => {
      return { name: `p${number}`, repositories: { a: [{ digest: OTHER }] } };
    });
    const { find, asked } = setup([TEAM, ...many]);
    expect(await find()).toBe(null);
    expect(asked()).toBe(0);
  });
});
