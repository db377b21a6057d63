import { describe, expect, it } from 'vitest';
import { nginxError } from '../../demo/harbor/answer.ts';
import type { FaultAnswer } from '../../demo/harbor/faults.ts';
import { eventually } from '../support/eventually.ts';
import { asking, MANY } from './asking.ts';

const DELETE = { method: 'DELETE' };
const FRONTEND = '/projects/team-a/repositories/apps%252Fweb%252Ffrontend/artifacts';
const FRONTEND_DIGEST = 'sha256:95db7dd6ff176d4a9efede6c8a65f8370c51bd914625d726a219c5baa79eb94f';

const onDelete = (fault: FaultAnswer) => ({
  faults: ({ method }: { readonly method: string }) => (method === 'DELETE' ? fault : undefined),
});

describe('the record of deletions', () => {
  it('has an artifact with all removed tags, its account and its call', async () => {
    const { ask, now, standIn } = asking();
    await ask('/projects');

    await ask(`${FRONTEND}/v1.2`, 'robot', DELETE);

    expect(standIn.deletions).toEqual([
      {
        what: 'artifact',
        project: 'team-a',
        repository: 'apps/web/frontend',
        digest: FRONTEND_DIGEST,
        tags: ['latest', 'v1.2.3', 'v1.2'],
        alongside: [],
        call: 2,
        by: 'robot$team-a+ci',
        at: now(),
      },
    ]);
  });

  it('has a tag that was added a moment before', async () => {
    const { ask, standIn } = asking({ ...onDelete({ delayMs: 100 }) });

    const deleting = ask(`${FRONTEND}/v1.2`, 'admin', DELETE);
    standIn.registry.push('team-a', 'apps/web/frontend', {
      digest: FRONTEND_DIGEST,
      tags: ['prod'],
    });
    await deleting;

    expect(standIn.deletions).toMatchObject([{ tags: ['prod', 'latest', 'v1.2.3', 'v1.2'] }]);
  });

  it.each([
    ['the children of an index', 'multiarch/artifacts/latest', 2],
    ['signatures and other referrers', 'signed/artifacts/1.0', 2],
  ])('has %s, which are deleted with it', async (_, artifact, count) => {
    const { ask, standIn } = asking();

    await ask(`/projects/team-a/repositories/${artifact}`, 'admin', DELETE);

    expect(standIn.deletions[0]?.alongside).toHaveLength(count);
  });

  it('has a tag that was removed from its artifact', async () => {
    const { ask, standIn } = asking();

    await ask(`${FRONTEND}/v1.2/tags/latest`, 'admin', DELETE);

    expect(standIn.deletions).toMatchObject([
      { what: 'tag', digest: FRONTEND_DIGEST, tags: ['latest'], alongside: [] },
    ]);
  });

  it('has a repository with all that was in it', async () => {
    const { ask, standIn } = asking();

    await ask('/projects/team-a/repositories/multiarch', 'admin', DELETE);

    expect(standIn.deletions).toMatchObject([
      { what: 'repository', repository: 'multiarch', digest: null, tags: ['latest'] },
    ]);
    expect(standIn.deletions[0]?.alongside).toHaveLength(3);
  });

  it('has a project', async () => {
    const { ask, standIn } = asking();

    await ask('/projects/hooks', 'admin', DELETE);

    expect(standIn.deletions).toMatchObject([{ what: 'project', project: 'hooks' }]);
  });

  it('has no deletion that was refused or found nothing', async () => {
    const { ask, standIn } = asking();

    const answers = [
      await ask(`${FRONTEND}/v1.2`, 'dev', DELETE),
      await ask(`${FRONTEND}/nope`, 'admin', DELETE),
      await ask('/projects/team-a/repositories/immut/artifacts/release-1', 'admin', DELETE),
    ];

    expect(answers.map(({ status }) => status)).toEqual([403, 404, 412]);
    expect(standIn.deletions).toEqual([]);
  });
});

describe('a DELETE', () => {
  it('can be carried out although its answer is lost', async () => {
    const { ask, standIn } = asking(onDelete({ cut: 'before-answer' }));

    await expect(ask(`${MANY}/t001`, 'admin', DELETE)).rejects.toThrow('fetch failed');

    expect(standIn.deletions).toHaveLength(1);
  });

  it('can be carried out although a proxy gave up on it', async () => {
    const { ask, standIn } = asking(onDelete({ answer: nginxError(504), carryOut: true }));

    const answer = await ask(`${MANY}/t001`, 'admin', DELETE);

    expect([answer.status, standIn.deletions.length]).toEqual([504, 1]);
  });

  it('can be carried out some time after its answer', async () => {
    const later = { answer: { status: 202 }, carryOutAfterMs: 3000 };
    const { ask, standIn } = asking({ ...onDelete(later), latencyMs: 2000 });

    const answer = await ask(`${MANY}/t001`, 'admin', DELETE);
    const states = [await ask(`${MANY}/t001`), await ask(`${MANY}/t001`)];

    expect([answer.status, ...states.map(({ status }) => status)]).toEqual([202, 200, 404]);
    expect(standIn.deletions).toHaveLength(1);
  });

  it('can be answered with 202 and never be carried out', async () => {
    const { ask, standIn } = asking(onDelete({ answer: { status: 202 } }));

    const answer = await ask(`${MANY}/t001`, 'admin', DELETE);

    expect([answer.status, standIn.deletions]).toEqual([202, []]);
  });

  it('is 404 from a proxy that lost the first answer and tried again', async () => {
    const { ask, standIn } = asking(onDelete({ repeat: true }));

    const answer = await ask(`${MANY}/t001`, 'admin', DELETE);

    expect([answer.status, standIn.deletions.length]).toEqual([404, 1]);
  });

  it('continues when its caller disconnects', async () => {
    const { ask, standIn } = asking(onDelete({ delayMs: 50 }));
    const caller = new AbortController();

    const deleting = ask(`${MANY}/t001`, 'admin', { ...DELETE, signal: caller.signal });
    caller.abort();

    await expect(deleting).rejects.toThrow('aborted');
    await eventually(() => expect(standIn.deletions.length).toBe(1));
  });
});
