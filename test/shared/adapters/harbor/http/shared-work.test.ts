/** What the sessions of a process share, over a stand-in and by a clock without real waiting. */
import { describe, expect, it } from 'vitest';
import { generateRegistry, oneRepository } from '../../../../../demo/harbor/generate.ts';
import type { HarborStandInOptions } from '../../../../../demo/harbor/stand-in.ts';
import { deleteArtifact, getArtifact } from '../../../../../shared/adapters/harbor/artifact.ts';
import { listArtifacts } from '../../../../../shared/adapters/harbor/artifacts.ts';
import { crawl } from '../../../../../shared/adapters/harbor/crawl.ts';
import { projectNamed, referenceNamed, repositoryNamed } from '../../../../support/names.ts';
import { sharedWork } from '../scripted-harbor.ts';
import { virtualHarbor } from '../virtual-harbor.ts';

const at = {
  project: projectNamed('project-000'),
  repository: repositoryNamed('repository-000'),
};

function harborOf(options: Omit<HarborStandInOptions, 'clock'>) {
  const harbor = virtualHarbor(options, {
    username: 'admin',
    password: 'generated-password',
    shared: sharedWork(),
  });
  const list = async () => (await listArtifacts(harbor.open(), at)).total;
  return { ...harbor, list };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('whole requests', () => {
  it.each([40, 200])(
    'of %i clients are all answered, however many calls each takes',
    async (clients) => {
      const { list } = harborOf({ registry: oneRepository(101), latencyMs: 5 });

      const totals = await Promise.all(times(clients, list));

      expect(new Set(totals)).toEqual(new Set([101]));
    },
  );

  it('make no more calls at a time than one of them', async () => {
    let open = 0;
    let most = 0;
    const { list, standIn, clock } = harborOf({ registry: oneRepository(101) });
    standIn.faults = () => {
      open += 1;
      most = Math.max(most, open);
      void clock.sleep(10).then(() => {
        open -= 1;
      });
      return { delayMs: 20 };
    };

    await Promise.all(times(40, list));

    expect(most).toBe(6);
  });

  it('are refused only when too many wait, and those that were admitted are not', async () => {
    const { list } = harborOf({ registry: oneRepository(101), latencyMs: 5 });

    const outcomes = await Promise.allSettled(times(300, list));

    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(300 - 256 - 6);
    expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } });
  });
});

describe('a crawl', () => {
  const registry = () => generateRegistry({ projects: 20 });

  it('is made once for all simultaneous callers', async () => {
    const alone = harborOf({ registry: registry(), latencyMs: 5 });
    await crawl(alone.open());
    const { standIn, open } = harborOf({ registry: registry(), latencyMs: 5 });

    const crawls = await Promise.all(times(50, () => crawl(open())));

    expect(new Set(crawls.map(({ rows }) => rows.length))).toEqual(new Set([20]));
    expect(standIn.calls).toHaveLength(alone.standIn.calls.length);
  });

  it('includes pushes before its call, although another one was running', async () => {
    const { standIn, open, clock } = harborOf({ registry: registry(), latencyMs: 50 });
    const first = crawl(open());
    await clock.sleep(250);
    standIn.registry.push('project-000', 'repository-000', { tags: ['new'] });

    const second = await crawl(open());

    expect((await first).rows).toHaveLength(20);
    expect(second.rows.map(({ tag }) => tag)).toContain('new');
  });

  it('continues when one of its callers leaves, and ends with the last', async () => {
    const { standIn, open, clock } = harborOf({ registry: registry(), latencyMs: 50 });
    const [one, other] = [new AbortController(), new AbortController()];
    const leaving = crawl(open(one.signal));
    const staying = crawl(open(other.signal));
    await clock.sleep(75);
    one.abort(new Error('gone'));
    await expect(leaving).rejects.toThrow('gone');
    await clock.sleep(50);
    other.abort(new Error('gone too'));
    await expect(staying).rejects.toThrow('gone too');
    const calls = standIn.calls.length;

    await clock.sleep(1000);

    expect(standIn.calls).toHaveLength(calls);
    expect(calls).toBeLessThan(10);
  });

  it('is refused when 256 callers are waiting, until they have their answers', async () => {
    const { open } = harborOf({ registry: registry(), latencyMs: 5 });

    const outcomes = await Promise.allSettled(times(300, () => crawl(open())));

    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(300 - 256);
    expect(refused[0]).toMatchObject({
      reason: { code: 'overloaded', headers: { 'Retry-After': '1' } },
    });
    expect((await crawl(open())).rows).toHaveLength(20);
  });

  it('that was left by all is not given to who asks next', async () => {
    const { open, clock } = harborOf({ registry: registry(), latencyMs: 50 });
    const gone = new AbortController();
    const left = crawl(open(gone.signal));
    await clock.sleep(75);
    gone.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');

    expect((await crawl(open())).rows).toHaveLength(20);
  });
});

describe('a deletion', () => {
  it('waits neither for a crawl nor for lists', async () => {
    const { standIn, open, clock, list } = harborOf({
      registry: generateRegistry({ projects: 20, artifacts: 2 }),
      faults: ({ list }) => (list === null ? { delayMs: 10 } : { delayMs: 20_000 }),
    });
    const busy = [crawl(open()), ...times(20, list)].map((work) => work.catch(() => undefined));
    await clock.sleep(5);
    const startedAtMs = clock.now();

    const { digest } = await getArtifact(open(), at, referenceNamed('v0-000'));
    await deleteArtifact(open(), { at, digest, tag: null });

    expect(clock.now() - startedAtMs).toBe(20);
    expect(standIn.deletions).toHaveLength(1);
    await Promise.all(busy);
  });
});
