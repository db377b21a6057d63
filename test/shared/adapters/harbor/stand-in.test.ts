/** The client against a whole Harbor, in both recorded versions. */
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FaultAnswer, RecordedCall } from '../../../../demo/harbor/faults.ts';
import type { PersonalityName } from '../../../../demo/harbor/personality.ts';
import { createHarborStandIn } from '../../../../demo/harbor/stand-in.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../../../demo/registry.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../support/names.ts';
import { sessionAt } from './scripted-harbor.ts';

const versions: readonly PersonalityName[] = ['v2.14.4', 'v2.8.6'];
const login = { username: DEMO_ACCOUNT.name, password: DEMO_ACCOUNT.password };
const at = {
  project: projectNamed('platform'),
  repository: repositoryNamed('apps/web/frontend'),
};

async function harborOf(
  personality: PersonalityName,
  faults: (call: RecordedCall) => FaultAnswer | undefined = () => undefined,
) {
  const standIn = createHarborStandIn({ registry: demoRegistry(), personality, faults });
  const server = await standIn.listen();
  onTestFinished(() => server.close());
  return { url: server.url, calls: standIn.calls };
}

describe.each(versions)('on Harbor %s', (version) => {
  it('lists what the account can see', async () => {
    const session = sessionAt(await harborOf(version), login);
    const { rows } = await session.projects();
    expect(rows.map(({ name }) => name)).toContain('platform');
    const repositories = await session.repositories(at.project);
    expect(repositories.rows.map(({ name }) => name)).toContain('apps/web/frontend');
    const artifacts = await session.artifacts(at.project, at.repository);
    expect(artifacts.rows.find(({ tags }) => tags.includes('stable'))).toMatchObject({
      tags: expect.arrayContaining(['2.4.1', '2.4', 'stable']),
      platforms: [{ architecture: 'amd64' }, { architecture: 'arm64', variant: 'v8' }],
    });
  });

  it('shows nothing rather than the public part with a wrong password', async () => {
    const session = sessionAt(await harborOf(version), { ...login, password: 'wrong' });
    await expect(session.projects()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
    await expect(session.crawl()).rejects.toMatchObject({ code: 'harbor_unauthorized' });
  });

  it.each([
    ['nope', 'x'],
    ['platform', 'nope'],
  ])('does not find the repository %s/%s', async (project, repository) => {
    const session = sessionAt(await harborOf(version), login);
    await expect(
      session.artifacts(projectNamed(project), repositoryNamed(repository)),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^harbor_(not_found|forbidden)$/) });
  });

  it('deletes by digest what a tag names', async () => {
    const session = sessionAt(await harborOf(version), login);
    const tag = referenceNamed('pr-481');
    const { digest } = await session.artifact(at.project, at.repository, tag);
    await session.deleteArtifact(at.project, at.repository, digest);
    await expect(session.artifact(at.project, at.repository, tag)).rejects.toMatchObject({
      code: 'harbor_not_found',
    });
  });

  it('finds out that a deletion was carried out whose answer was lost', async () => {
    const harbor = await harborOf(version, ({ method }) =>
      method === 'DELETE' ? { cut: 'before-answer', carryOut: true } : undefined,
    );
    const session = sessionAt(harbor, login);
    const { digest } = await session.artifact(at.project, at.repository, referenceNamed('pr-481'));
    await expect(
      session.deleteArtifact(at.project, at.repository, digest),
    ).resolves.toBeUndefined();
  });
});

describe('a crawl', () => {
  it('finds the same on both versions, in fewer calls on the newer one', async () => {
    const [current, old] = [await harborOf('v2.14.4'), await harborOf('v2.8.6')];
    const [one, other] = [
      await sessionAt(current, login).crawl(),
      await sessionAt(old, login).crawl(),
    ];
    expect(one.errors).toEqual([]);
    expect(one.rows.length).toBeGreaterThan(10);
    expect(other).toEqual(one);
    expect(current.calls.length).toBeLessThan(old.calls.length);
  });

  it('without a login finds the public part', async () => {
    const harbor = await harborOf('v2.14.4');
    const all = await sessionAt(harbor, login).crawl();
    const open = await sessionAt(harbor, { username: '' }).crawl();
    expect(open.errors).toEqual([]);
    expect(open.rows.length).toBeGreaterThan(0);
    expect(open.rows.length).toBeLessThan(all.rows.length);
  });
});
