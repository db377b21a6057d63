import { describe, expect, it } from 'vitest';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { orProblem, Problem } from '../../../../shared/values/problem.ts';
import {
  type DomainGiven,
  type DomainWorld,
  domainWorld,
  requestOf,
} from '../../../support/domain.ts';
import { digestNamed } from '../../../support/names.ts';
import { BYSTANDER, containerOf, hostImage } from '../../../support/pulled-images.ts';
import { blockersOf, onSent, plan, refusal, remove } from './deleting.ts';

const WEB = digestNamed(`sha256:${'1'.repeat(64)}`);
const OTHER_WEB = `sha256:${'6'.repeat(64)}`;
const CHILD = `sha256:${'2'.repeat(64)}`;
const OTHER_CHILD = `sha256:${'3'.repeat(64)}`;
const INDEX = `sha256:${'4'.repeat(64)}`;
const SIGNATURE = `sha256:${'5'.repeat(64)}`;

function world(options: Partial<DomainGiven> = {}) {
  return domainWorld({
    projects: [
      {
        name: 'team',
        immutableTags: ['release-*'],
        repositories: {
          web: [
            { digest: WEB, tags: ['v1'] },
            { digest: OTHER_WEB, tags: ['v2'] },
          ],
          'multi/web': [
            {
              digest: INDEX,
              tags: ['all'],
              children: [{ digest: CHILD }, { digest: OTHER_CHILD, tags: ['arm'] }],
              accessories: [{ type: 'signature.cosign', digest: SIGNATURE }],
            },
          ],
          released: [{ tags: ['release-1', 'also'] }],
        },
      },
    ],
    ...options,
  });
}

type Faults = DomainGiven['faults'];

const startPod = ({ host }: DomainWorld, digest: string = WEB, manifest = digest): void => {
  const image = hostImage(digest, manifest);
  host.images = [BYSTANDER, image];
  host.containers = [containerOf(image)];
};

/** What happens before the nth reading of an artifact is answered. */
function onArtifact(nth: number, happen: () => void | Promise<void>): Faults {
  let seen = 0;
  return (session) => ({
    getArtifact: async (at, reference) => {
      seen += 1;
      if (seen === nth) await happen();
      return session.getArtifact(at, reference);
    },
  });
}

describe('a pod that starts while a deletion is under way', () => {
  it.each([1, 2])(
    'keeps its image when Harbor takes 6 s for look-up %i of the artifact',
    async (nth) => {
      const running = world({
        faults: onArtifact(nth, () => {
          void running.clock.sleep(5000).then(() => startPod(running));
          return running.clock.sleep(6000);
        }),
      });

      const problem = await refusal(running, 'team/web/v1');

      expect(problem).toMatchObject({ status: 409, code: 'in_use' });
      expect(running.memory.deletions).toEqual([]);
    },
  );

  it('keeps its image when the deletion waits for its turn', async () => {
    const running = world({
      faults: (session) => ({
        deleteArtifact: async (deletion) => {
          await running.clock.sleep(30_000);
          startPod(running);
          return session.deleteArtifact(deletion);
        },
      }),
    });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('keeps its image when the host needs 3 s to list its images', async () => {
    const running = world({ host: { runMs: 3000 } });
    running.host.onRun = () => {
      running.host.onRun = () => undefined;
      void running.clock.sleep(500).then(() => startPod(running));
    };

    const problem = await refusal(running, 'team/web/v1');

    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
  });

  it('may be missing in a list that takes more than a second: usage_unknown', async () => {
    const running = world({ host: { psMs: 1300 } });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem).toMatchObject({ status: 409, code: 'usage_unknown' });
    expect(problem.message).toContain('1300 ms to list its containers');
    expect(running.memory.deletions).toEqual([]);
  });

  it('does not make the service ask the host again within a second', async () => {
    const running = world({ faults: onArtifact(2, () => running.clock.sleep(900)) });

    await remove(running, 'team/web/v1');

    expect(running.memory.deletions).toHaveLength(1);
    expect(running.host.runs).toHaveLength(1);
  });

  it('does not delay a deletion forever when Harbor is slow', async () => {
    const running = world({
      faults: (session) => ({
        getArtifact: async (at, reference) => {
          await running.clock.sleep(6000);
          return session.getArtifact(at, reference);
        },
      }),
    });

    await remove(running, 'team/web/v1');

    const [deletion] = running.memory.deletions;
    expect((deletion?.atMs ?? 0) - (running.host.runs.at(-1) ?? 0)).toBeLessThanOrEqual(1000);
  });
});

describe('a tag that comes while crictl takes 4 s', () => {
  const tagged = () => {
    const running = world({ host: { runMs: 4000 } });
    const { host, clock, contents } = running;
    host.onRun = () => {
      host.onRun = () => undefined;
      void clock
        .sleep(1500)
        .then(() => contents.push('team', 'web', { digest: WEB, tags: ['prod'] }));
    };
    return running;
  };

  it('is another tag: a deletion by tag is refused', async () => {
    const running = tagged();

    const problem = await refusal(running, 'team/web/v1', { ifMatch: [WEB] });

    expect(problem).toMatchObject({ status: 409, code: 'other_tags' });
    expect(running.memory.deletions).toEqual([]);
  });

  it('is in the answer and in the log of a deletion by digest', async () => {
    const running = tagged();

    const request = requestOf();
    const { tags } = await remove(running, `team/web/${WEB}`, { request });

    expect(tags).toEqual(['prod', 'v1']);
    expect(running.memory.deletions).toMatchObject([{ tags }]);
    expect(request.log.fields).toMatchObject({ outcome: 'deleted', tags });
  });
});

describe('a tag that leaves the artifact while the host is read', () => {
  it.each([{}, { force: true }, { tag_only: true }])('is reference_moved (%j)', async (options) => {
    const running = world();
    const { host, contents } = running;
    host.onRun = () => {
      host.onRun = () => undefined;
      contents.push('team', 'web', { tags: ['v1'] });
    };

    const problem = await refusal(running, 'team/web/v1', options);

    expect(problem).toMatchObject({ status: 412, code: 'reference_moved' });
    expect(running.memory.deletions).toEqual([]);
  });
});

describe('a runtime that may not be the one with the pods', () => {
  it('is usage_unknown and named when there are several', async () => {
    const running = world({ host: { ambiguous: ['/run/a.sock', '/run/b.sock'] } });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toContain('/run/a.sock, /run/b.sock');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is usage_unknown when it has neither images nor containers', async () => {
    const running = world({ host: { images: [] } });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is in_use all the same when it runs the artifact', async () => {
    const running = world({ host: { ambiguous: ['/run/a.sock', '/run/b.sock'] } });
    startPod(running);

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
  });
});

describe('a host that cannot be read', () => {
  it('is described in one sentence, and what to do in another', async () => {
    const said = 'No container runtime answers. It said: connection refused';
    const running = world({ host: { failure: new Problem('runtime_unreachable', said) } });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toMatch(/connection refused\. Fix that and try again/);
  });

  it('asks to come back later when it is busy', async () => {
    const running = world({ host: { failure: new Problem('overloaded', 'Busy.') } });

    expect(await refusal(running, 'team/web/v1')).toMatchObject({ status: 503 });
  });
});

describe('what is deleted with an artifact', () => {
  it('is in the answer and in the log: accessories, and children that nothing else holds', async () => {
    const running = world();

    const request = requestOf();
    const planned = await remove(running, 'team/multi/web/all', { request });

    const parts = { children: [CHILD], accessories: [SIGNATURE] };
    expect(planned).toMatchObject(parts);
    expect(running.memory.deletions).toMatchObject([{ alongside: [SIGNATURE, CHILD] }]);
    expect(request.log.fields).toMatchObject(parts);
  });

  it('is nothing when only a tag is removed', async () => {
    const running = world();

    const planned = await remove(running, 'team/multi/web/all', { tag_only: true });

    expect(planned).toMatchObject({ children: [], accessories: [] });
  });
});

describe('deletions at the same time', () => {
  it('do not remove the last two tags of an artifact that runs', async () => {
    const running = world({
      faults: onSent(() => running.clock.sleep(500)),
    });
    running.contents.push('team', 'web', { digest: WEB, tags: ['v1.0'] });
    startPod(running);

    const answers = await Promise.all([
      remove(running, 'team/web/v1', { tag_only: true }).catch(orProblem),
      remove(running, 'team/web/v1.0', { tag_only: true }).catch(orProblem),
    ]);

    expect(answers.filter((one) => one instanceof Problem)).toMatchObject([{ code: 'in_use' }]);
    expect(running.memory.deletions).toHaveLength(1);
  });
});

describe('deletions of two indexes with the same child at the same time', () => {
  it('do not delete a grandchild that runs', async () => {
    const running = world({
      faults: onSent(() => running.clock.sleep(500)),
    });
    const grandchild = `sha256:${'8'.repeat(64)}`;
    const nested = { digest: `sha256:${'9'.repeat(64)}`, children: [{ digest: grandchild }] };
    for (const tag of ['a', 'b']) {
      const digest = `sha256:${tag.repeat(64)}`;
      running.contents.push('team', 'nest', { digest, tags: [tag], children: [nested] });
    }
    const image = hostImage(grandchild, grandchild, {
      repo_digests: [`registry.example.test/team/nest@${grandchild}`],
    });
    running.host.images = [BYSTANDER, image];
    running.host.containers = [containerOf(image)];

    const answers = await Promise.all([
      remove(running, 'team/nest/a').catch(orProblem),
      remove(running, 'team/nest/b').catch(orProblem),
    ]);

    expect(answers.filter((one) => one instanceof Problem)).toMatchObject([{ code: 'in_use' }]);
    expect(running.contents.artifact('team', 'nest', grandchild)).toBeDefined();
  });
});

describe('what Harbor will refuse', () => {
  it('is in the plan: an index that refers to the artifact', async () => {
    const { blockers } = await plan(world(), `team/multi/web/${CHILD}`);

    expect(blockers).toEqual([
      { code: 'artifact_referenced', detail: expect.stringContaining(INDEX) },
    ]);
  });

  it('is in the plan: read-only mode', async () => {
    const running = world();
    running.contents.readOnly = true;

    const { blockers } = await plan(running, 'team/web/v1');

    expect(blockers.map(({ code }) => code)).toEqual(['harbor_read_only']);
  });

  it('is in a refusal too, which then advises no force', async () => {
    const running = world();

    const problem = await refusal(running, 'team/released/release-1');

    expect(blockersOf(problem)).toEqual(['other_tags', 'artifact_immutable']);
    expect(problem.message).toBe('The delete would also remove the tag also.');
  });

  it('leaves the tags that may go', async () => {
    const problem = await refusal(world(), 'team/released/also');

    expect(problem.message).toMatch(
      /remove the tag .*\. Use tag_only=true to remove only this tag\.$/,
    );
  });

  it('is reported without a call, with every immutable tag', async () => {
    const running = world();

    const problem = await refusal(running, 'team/released/also', { force: true });

    expect(problem.code).toBe('artifact_immutable');
    expect(running.memory.sent).toEqual([]);
  });
});

describe('a child of an index that runs', () => {
  const runIndex = (running: DomainWorld, digest = OTHER_CHILD) => {
    const { host } = running;
    const image = hostImage(INDEX, digest, {
      repo_digests: [`registry.example.test/team/multi/web@${INDEX}`],
    });
    host.images = [BYSTANDER, image];
    host.containers = [containerOf(image)];
  };
  const dropIndex = ({ contents }: DomainWorld) => {
    const index = contents.artifact('team', 'multi/web', INDEX);
    if (index !== undefined) contents.deleteArtifact(index);
  };

  it('is in use when the host lists only the digest of the index', async () => {
    const running = world();
    runIndex(running);

    const { usage, blockers } = await plan(running, 'team/multi/web/arm');

    expect(usage.usage).toBe('in_use');
    expect(blockers.map(({ code }) => code)).toEqual(['in_use', 'artifact_referenced']);
  });

  it('is in use when the index is gone from Harbor and the child has a tag of its own', async () => {
    const running = world();
    runIndex(running);
    dropIndex(running);

    const problem = await refusal(running, 'team/multi/web/arm');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is in use when the index is deleted at the same time as the child', async () => {
    const running = world({ faults: onArtifact(2, () => dropIndex(running)) });
    runIndex(running);

    const problem = await refusal(running, 'team/multi/web/arm');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is in use when the host runs another index with the same child', async () => {
    const running = world();
    const twin = `sha256:${'7'.repeat(64)}`;
    running.contents.push('team', 'multi/web', {
      digest: twin,
      tags: ['twin'],
      children: [{ digest: OTHER_CHILD }],
    });
    const image = hostImage(twin, OTHER_CHILD, {
      repo_digests: [`registry.example.test/team/multi/web@${twin}`],
    });
    running.host.images = [BYSTANDER, image];
    running.host.containers = [containerOf(image)];

    const problem = await refusal(running, 'team/multi/web/all');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is not in use when the host runs another child of an index that is gone', async () => {
    const running = world();
    runIndex(running, CHILD);
    dropIndex(running);

    const { usage } = await remove(running, 'team/multi/web/arm');

    expect(usage.usage).toBe('absent');
  });

  it('is usage_unknown when the index is gone and Harbor does not give the manifest', async () => {
    const running = world({ faults: () => ({ configDigests: async () => null }) });
    runIndex(running);
    dropIndex(running);

    const problem = await refusal(running, 'team/multi/web/arm');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toContain('Harbor no longer has the image');
  });

  it('costs one call for each other artifact of the repository that runs', async () => {
    const asked: string[] = [];
    const running = world({
      faults: (session) => ({
        childrenOf: (at, digest) => {
          asked.push(digest);
          return session.childrenOf(at, digest);
        },
        configDigests: () => Promise.reject(new Error('not needed')),
      }),
    });
    startPod(running, OTHER_WEB);

    await remove(running, 'team/web/v1');

    expect(asked).toEqual([OTHER_WEB]);
  });
});

describe('what would be deleted with an artifact', () => {
  const NESTED = `sha256:${'7'.repeat(64)}`;
  const GRANDCHILD = `sha256:${'8'.repeat(64)}`;
  const nested = (options: Partial<DomainGiven> = {}) =>
    world({
      ...options,
      projects: [
        {
          name: 'team',
          repositories: {
            web: [
              {
                digest: INDEX,
                tags: ['all'],
                children: [{ digest: NESTED, children: [{ digest: GRANDCHILD }] }],
              },
              {
                digest: WEB,
                tags: ['v1'],
                accessories: [{ type: 'accelerator.nydus', digest: SIGNATURE }],
              },
            ],
          },
        },
      ],
    });

  it.each([
    ['an accessory that runs, as Nydus images do', 'v1', SIGNATURE],
    ['a child of a nested index', 'all', GRANDCHILD],
  ])('is in use: %s', async (_, tag, digest) => {
    const running = nested();
    startPod(running, digest);

    const problem = await refusal(running, `team/web/${tag}`);

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('is in use when the host lists only an index of the accessory that is gone from Harbor', async () => {
    const running = nested();
    startPod(running, OTHER_WEB, SIGNATURE);

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it.each([1, 2])('is in use if Harbor leaves out the accessory in reading %i', async (reading) => {
    let seen = 0;
    const running = nested({
      faults: (session) => ({
        getArtifact: async (at, reference) => {
          const artifact = await session.getArtifact(at, reference);
          seen += 1;
          return seen === reading ? { ...artifact, accessoryDigests: [] } : artifact;
        },
      }),
    });
    startPod(running, SIGNATURE);

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
    expect(running.memory.deletions).toEqual([]);
  });

  it('has the accessories of the last reading of the artifact', async () => {
    const running = nested();
    running.host.onRun = () => {
      running.host.onRun = () => undefined;
      const signature = running.contents.artifact('team', 'web', SIGNATURE);
      if (signature !== undefined) running.contents.deleteArtifact(signature);
    };

    const { accessories } = await remove(running, 'team/web/v1');

    expect(accessories).toEqual([]);
    expect(running.memory.deletions).toMatchObject([{ alongside: [] }]);
  });
});

describe('an image that no container names, from an index that is gone', () => {
  const needed = (digest: string, more: Partial<HostImage> = {}) => {
    const running = world({
      projects: [{ name: 'team', repositories: { pause: [{ digest: WEB, tags: ['v1'] }] } }],
    });
    const repo_digests = [`registry.example.test/team/pause@${INDEX}`];
    const image = hostImage(INDEX, digest, { repo_digests, ...more });
    running.host.images = [BYSTANDER, image];
    running.host.containers = [containerOf(BYSTANDER)];
    return running;
  };

  it.each([
    ['the sandbox image under pods', {}],
    ['a pinned image', { pinned: true }],
  ])('is in use by its configuration: %s', async (_, more) => {
    const problem = await refusal(needed(WEB, more), 'team/pause/v1');

    expect(problem.code).toBe('in_use');
  });

  it.each([
    ['another image that the runtime needs', {}],
    ['another pinned image', { pinned: true }],
  ])('is not in use by its configuration: %s', async (_, more) => {
    const { usage } = await remove(needed(OTHER_WEB, more), 'team/pause/v1');

    expect(usage.usage).toBe('absent');
  });

  it('is usage_unknown when its id is the digest of the index', async () => {
    const running = needed(WEB, { id: INDEX.slice('sha256:'.length), pinned: true });

    const problem = await refusal(running, 'team/pause/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toContain('the runtime itself or its pods need');
    expect(running.memory.deletions).toEqual([]);
  });
});

describe('the log of a deletion', () => {
  /** Without the records of the journal, which are in the log too if there is no file. */
  const ownLines = ({ lines }: DomainWorld) => lines.filter(({ event }) => event === undefined);
  const outcomes = (running: DomainWorld) => ownLines(running).map(({ outcome }) => outcome);

  it('has a line with the intent before the deletion is sent, and the outcome in that of the request', async () => {
    let before: readonly unknown[] = [];
    const running = world({
      faults: onSent(() => {
        before = outcomes(running);
      }),
    });
    const request = requestOf();

    await remove(running, 'team/web/v1', { request });

    expect(before).toEqual(['pending']);
    const artifact = { digest: WEB, tags: ['v1'] };
    expect(ownLines(running)).toMatchObject([
      { level: 'WARNING', outcome: 'pending', token: 'ci', ...artifact },
    ]);
    expect(request.log.fields).toMatchObject({ outcome: 'deleted', ...artifact });
  });

  it('has no intent when a guard refuses', async () => {
    const running = world();
    const request = requestOf();
    startPod(running);

    await refusal(running, 'team/web/v1', { request });

    expect(outcomes(running)).toEqual([]);
    expect(request.log.fields).toMatchObject({ outcome: 'refused' });
  });

  it('says unknown when the connection is cut, and then what came of it', async () => {
    const client = new AbortController();
    const request = requestOf({ signal: client.signal });
    const running = world({
      faults: onSent(() => {
        client.abort();
        return running.clock.sleep(8000);
      }),
    });

    await remove(running, 'team/web/v1', { request });

    expect(outcomes(running)).toEqual(['pending', 'unknown']);
    expect(request.log.fields).toMatchObject({ outcome: 'deleted' });
  });

  it('says gone when something else deletes the artifact first', async () => {
    const request = requestOf();
    const running = world({
      faults: onSent(() => {
        const artifact = running.contents.artifact('team', 'web', WEB);
        if (artifact !== undefined) running.contents.deleteArtifact(artifact);
      }),
    });

    const problem = await refusal(running, 'team/web/v1', { request });

    expect(problem).toMatchObject({ status: 404, extras: { outcome: 'gone' } });
    expect(outcomes(running)).toEqual(['pending']);
    expect(request.log.fields).toMatchObject({ outcome: 'gone' });
  });
});
