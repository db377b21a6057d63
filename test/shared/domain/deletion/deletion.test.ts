import { describe, expect, it } from 'vitest';
import type { FaultAnswer, RecordedCall } from '../../../../demo/harbor/faults.ts';
import type { HostImage } from '../../../../shared/ports/bridge.ts';
import { createLimit } from '../../../../shared/values/limit.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { sharedWork } from '../../adapters/harbor/scripted-harbor.ts';
import { BYSTANDER, containerOf, createWorld, hostImage, type WorldOptions } from './world.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const OTHER_WEB = `sha256:${'6'.repeat(64)}`;
const CHILD = `sha256:${'2'.repeat(64)}`;
const OTHER_CHILD = `sha256:${'3'.repeat(64)}`;
const INDEX = `sha256:${'4'.repeat(64)}`;
const SIGNATURE = `sha256:${'5'.repeat(64)}`;

function world(options: Partial<WorldOptions> = {}) {
  return createWorld({
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

type World = ReturnType<typeof world>;

const startPod = ({ host }: World, digest = WEB, manifest = digest): void => {
  const image = hostImage(digest, manifest);
  host.images = [BYSTANDER, image];
  host.containers = [containerOf(image)];
};

/** The fault of the nth time that Harbor is asked for an artifact. */
function onArtifact(nth: number, fault: () => FaultAnswer) {
  let seen = 0;
  return ({ method, path }: RecordedCall): FaultAnswer | undefined => {
    if (method !== 'GET' || !/\/artifacts\/[^/]+$/.test(path)) return undefined;
    seen += 1;
    return seen === nth ? fault() : undefined;
  };
}

describe('a pod that starts while a deletion is under way', () => {
  it('keeps its image when Harbor takes 6 s to look the artifact up', async () => {
    const running = world({
      faults: onArtifact(1, () => {
        void running.clock.sleep(5000).then(() => startPod(running));
        return { delayMs: 6000 };
      }),
    });

    const { status, body } = await running.remove('team/web/v1');

    expect({ status, code: body.code }).toEqual({ status: 409, code: 'in_use' });
    expect(running.standIn.deletions).toEqual([]);
  });

  it('keeps its image when Harbor takes 6 s to look the artifact up again', async () => {
    const running = world({
      faults: onArtifact(2, () => {
        void running.clock.sleep(5000).then(() => startPod(running));
        return { delayMs: 6000 };
      }),
    });

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('keeps its image when the deletion waits for its turn', async () => {
    const limit = createLimit({ concurrency: 1 });
    const running = world({
      limit,
      faults: onArtifact(2, () => {
        void limit(() => running.clock.sleep(30_000).then(() => startPod(running)));
        return {};
      }),
    });

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('does not make the service ask the host again within a second', async () => {
    const running = world({ faults: onArtifact(2, () => ({ delayMs: 900 })) });

    const { status } = await running.remove('team/web/v1');

    expect(status).toBe(200);
    expect(running.host.runs).toHaveLength(1);
  });

  it('does not delay a deletion forever when Harbor is slow', async () => {
    const slow = ({ method }: RecordedCall) => (method === 'GET' ? { delayMs: 6000 } : undefined);
    const running = world({ faults: slow });

    const { status } = await running.remove('team/web/v1');

    const [deletion] = running.standIn.deletions;
    expect(status).toBe(200);
    expect((deletion?.at ?? 0) - (running.host.runs.at(-1) ?? 0)).toBeLessThanOrEqual(1000);
  });
});

describe('a tag that comes while crictl takes 4 s', () => {
  const tagged = () => {
    const running = world({ host: { runMs: 4000 } });
    const { host, clock, registry } = running;
    host.onRun = () => {
      host.onRun = () => undefined;
      void clock
        .sleep(1500)
        .then(() => registry.push('team', 'web', { digest: WEB, tags: ['prod'] }));
    };
    return running;
  };

  it('is another tag: a deletion by tag is refused', async () => {
    const running = tagged();

    const { status, body } = await running.remove('team/web/v1', {
      headers: { 'if-match': `"${WEB}"` },
    });

    expect({ status, code: body.code }).toEqual({ status: 409, code: 'other_tags' });
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is in the answer and in the log of a deletion by digest', async () => {
    const running = tagged();

    const { status, body } = await running.remove(`team/web/${WEB}`);

    expect({ status, tags: body['tags'] }).toEqual({ status: 200, tags: ['prod', 'v1'] });
    expect(running.standIn.deletions).toMatchObject([{ tags: ['prod', 'v1'] }]);
    expect(running.lines.at(-1)).toMatchObject({ outcome: 'deleted', tags: ['prod', 'v1'] });
  });
});

describe('a tag that leaves the artifact while the host is read', () => {
  it.each(['', '?force=true', '?tag_only=true'])('is reference_moved (%s)', async (query) => {
    const running = world();
    const { host, registry } = running;
    host.onRun = () => {
      host.onRun = () => undefined;
      registry.push('team', 'web', { tags: ['v1'] });
    };

    const { status, body } = await running.remove(`team/web/v1${query}`);

    expect({ status, code: body.code }).toEqual({ status: 412, code: 'reference_moved' });
    expect(running.standIn.deletions).toEqual([]);
  });
});

describe('a runtime that may not be the one with the pods', () => {
  it('is usage_unknown and named when there are several', async () => {
    const running = world({ host: { ambiguous: ['/run/a.sock', '/run/b.sock'] } });

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain('/run/a.sock, /run/b.sock');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is usage_unknown when it has neither images nor containers', async () => {
    const running = world({ host: { images: [] } });

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is in_use all the same when it runs the artifact', async () => {
    const running = world({ host: { ambiguous: ['/run/a.sock', '/run/b.sock'] } });
    startPod(running);

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('in_use');
  });
});

describe('a host that cannot be read', () => {
  it('is described in one sentence, and what to do in another', async () => {
    const said = 'No container runtime answers. It said: connection refused';
    const running = world({ host: { failure: new Problem('runtime_unreachable', said) } });

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toMatch(/connection refused\. Fix that and try again/);
  });

  it('asks to come back later when it is busy', async () => {
    const running = world({ host: { failure: new Problem('overloaded', 'Busy.') } });

    const { status } = await running.remove('team/web/v1');

    expect(status).toBe(503);
  });
});

describe('what is deleted with an artifact', () => {
  it('is in the answer and in the log: accessories, and children that nothing else holds', async () => {
    const running = world();

    const { body } = await running.remove('team/multi/web/all');

    expect(body).toMatchObject({ deleted: true, children: [CHILD], accessories: [SIGNATURE] });
    expect(running.standIn.deletions).toMatchObject([{ alongside: [SIGNATURE, CHILD] }]);
    expect(running.lines.at(-1)).toMatchObject({ children: [CHILD], accessories: [SIGNATURE] });
  });

  it('is nothing when only a tag is removed', async () => {
    const running = world();

    const { body } = await running.remove('team/multi/web/all?tag_only=true');

    expect(body).toMatchObject({ deleted: true, children: [], accessories: [] });
  });
});

describe('deletions at the same time', () => {
  it('do not remove the last two tags of an artifact that runs', async () => {
    const running = world({
      shared: sharedWork(),
      faults: ({ method }) => (method === 'DELETE' ? { delayMs: 500 } : undefined),
    });
    running.registry.push('team', 'web', { digest: WEB, tags: ['v1.0'] });
    startPod(running);

    const answers = await Promise.all([
      running.remove('team/web/v1?tag_only=true'),
      running.remove('team/web/v1.0?tag_only=true'),
    ]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(running.standIn.deletions).toHaveLength(1);
  });
});

describe('deletions of two indexes with the same child at the same time', () => {
  it('do not delete a grandchild that runs', async () => {
    const running = world({
      shared: sharedWork(),
      faults: ({ method }) => (method === 'DELETE' ? { delayMs: 500 } : undefined),
    });
    const grandchild = `sha256:${'8'.repeat(64)}`;
    const nested = { digest: `sha256:${'9'.repeat(64)}`, children: [{ digest: grandchild }] };
    for (const tag of ['a', 'b']) {
      const digest = `sha256:${tag.repeat(64)}`;
      running.registry.push('team', 'nest', { digest, tags: [tag], children: [nested] });
    }
    const image = hostImage(grandchild, grandchild, {
      repo_digests: [`registry.example.test/team/nest@${grandchild}`],
    });
    running.host.images = [BYSTANDER, image];
    running.host.containers = [containerOf(image)];

    const answers = await Promise.all([
      running.remove('team/nest/a'),
      running.remove('team/nest/b'),
    ]);

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(running.registry.artifact('team', 'nest', grandchild)).toBeDefined();
  });
});

describe('what Harbor will refuse', () => {
  it('is in the plan: an index that refers to the artifact', async () => {
    const { body } = await world().remove(`team/multi/web/${CHILD}?dry_run=true`);

    expect(body.blockers).toEqual([
      { code: 'artifact_referenced', detail: expect.stringContaining(INDEX) },
    ]);
  });

  it('is in the plan: read-only mode', async () => {
    const running = world();
    running.registry.readOnly = true;

    const { body } = await running.remove('team/web/v1?dry_run=true');

    expect(body.blockers.map(({ code }) => code)).toEqual(['harbor_read_only']);
  });

  it('is in a refusal too, which then advises no force', async () => {
    const running = world();

    const { body } = await running.remove('team/released/release-1');

    expect(body.blockers.map(({ code }) => code)).toEqual(['other_tags', 'artifact_immutable']);
    expect(body.detail).toBe('The delete would also remove the tag also.');
  });

  it('leaves the tags that may go', async () => {
    const { body } = await world().remove('team/released/also');

    expect(body.detail).toMatch(/remove the tag .*\. Use tag_only=true to remove only this tag\.$/);
  });

  it('is reported without a call, with every immutable tag', async () => {
    const running = world();

    const { body } = await running.remove('team/released/also?force=true');

    expect(body.code).toBe('artifact_immutable');
    expect(running.standIn.calls.some(({ method }) => method === 'DELETE')).toBe(false);
  });
});

describe('a child of an index that runs', () => {
  const runIndex = (running: World, digest = OTHER_CHILD) => {
    const { host } = running;
    const image = hostImage(INDEX, digest, {
      repo_digests: [`registry.example.test/team/multi/web@${INDEX}`],
    });
    host.images = [BYSTANDER, image];
    host.containers = [containerOf(image)];
  };
  const dropIndex = ({ registry }: World) => {
    const index = registry.artifact('team', 'multi/web', INDEX);
    if (index !== undefined) registry.deleteArtifact(index);
  };

  it('is in use when the host lists only the digest of the index', async () => {
    const running = world();
    runIndex(running);

    const { body } = await running.remove('team/multi/web/arm?dry_run=true');

    expect(body).toMatchObject({ usage: 'in_use' });
    expect(body.blockers.map(({ code }) => code)).toEqual(['in_use', 'artifact_referenced']);
  });

  it('is in use when the index is gone from Harbor and the child has a tag of its own', async () => {
    const running = world();
    runIndex(running);
    dropIndex(running);

    const { body } = await running.remove('team/multi/web/arm');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is in use when the index is deleted at the same time as the child', async () => {
    const running = world();
    runIndex(running);
    running.host.onRun = () => {
      running.host.onRun = () => undefined;
      void running.clock.sleep(45).then(() => dropIndex(running));
    };

    const { body } = await running.remove('team/multi/web/arm');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is in use when the host runs another index with the same child', async () => {
    const running = world();
    const twin = `sha256:${'7'.repeat(64)}`;
    running.registry.push('team', 'multi/web', {
      digest: twin,
      tags: ['twin'],
      children: [{ digest: OTHER_CHILD }],
    });
    const image = hostImage(twin, OTHER_CHILD, {
      repo_digests: [`registry.example.test/team/multi/web@${twin}`],
    });
    running.host.images = [BYSTANDER, image];
    running.host.containers = [containerOf(image)];

    const { body } = await running.remove('team/multi/web/all');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is not in use when the host runs another child of an index that is gone', async () => {
    const running = world();
    runIndex(running, CHILD);
    dropIndex(running);

    const { body } = await running.remove('team/multi/web/arm');

    expect(body).toMatchObject({ deleted: true, usage: 'absent' });
  });

  it('is usage_unknown when the index is gone and Harbor does not give the manifest', async () => {
    const running = world({
      faults: ({ path }) => (path.startsWith('/v2/') ? { anonymous: true } : undefined),
    });
    runIndex(running);
    dropIndex(running);

    const { body } = await running.remove('team/multi/web/arm');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain('Harbor no longer has the image');
  });

  it('costs one call for each other artifact of the repository that runs', async () => {
    const running = world();
    startPod(running, OTHER_WEB);

    const { status } = await running.remove('team/web/v1');

    const gets = running.standIn.calls.filter(({ path }) => path.includes(OTHER_WEB));
    expect({ status, gets: gets.length }).toEqual({ status: 200, gets: 1 });
    expect(running.standIn.calls.some(({ path }) => path.startsWith('/v2/'))).toBe(false);
  });
});

describe('what would be deleted with an artifact', () => {
  const NESTED = `sha256:${'7'.repeat(64)}`;
  const GRANDCHILD = `sha256:${'8'.repeat(64)}`;
  const nested = () =>
    world({
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

    const { body } = await running.remove(`team/web/${tag}`);

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('is in use when the host lists only an index of the accessory that is gone from Harbor', async () => {
    const running = nested();
    startPod(running, OTHER_WEB, SIGNATURE);

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it.each([1, 2])('is in use if Harbor leaves out the accessory in reading %i', async (reading) => {
    const running = nested();
    running.standIn.faults = onArtifact(reading, () => ({
      failSubQueries: { of: ['accessories'] },
    }));
    startPod(running, SIGNATURE);

    const { body } = await running.remove('team/web/v1');

    expect(body.code).toBe('in_use');
    expect(running.standIn.deletions).toEqual([]);
  });

  it('has the accessories of the last reading of the artifact', async () => {
    const running = nested();
    running.host.onRun = () => {
      running.host.onRun = () => undefined;
      const signature = running.registry.artifact('team', 'web', SIGNATURE);
      if (signature !== undefined) running.registry.deleteArtifact(signature);
    };

    const { body } = await running.remove('team/web/v1');

    expect(body).toMatchObject({ deleted: true, accessories: [] });
    expect(running.standIn.deletions).toMatchObject([{ alongside: [] }]);
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
    const { body } = await needed(WEB, more).remove('team/pause/v1');

    expect(body.code).toBe('in_use');
  });

  it.each([
    ['another image that the runtime needs', {}],
    ['another pinned image', { pinned: true }],
  ])('is not in use by its configuration: %s', async (_, more) => {
    const { body } = await needed(OTHER_WEB, more).remove('team/pause/v1');

    expect(body).toMatchObject({ deleted: true, usage: 'absent' });
  });

  it('is usage_unknown when its id is the digest of the index', async () => {
    const running = needed(WEB, { id: INDEX.slice('sha256:'.length), pinned: true });

    const { body } = await running.remove('team/pause/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain('the runtime itself or its pods need');
    expect(running.standIn.deletions).toEqual([]);
  });
});

describe('the log of a deletion', () => {
  /** Without the records of the journal, which are in the log too if there is no file. */
  const ownLines = ({ lines }: World) => lines.filter(({ event }) => event === undefined);
  const outcomes = (running: World) => ownLines(running).map(({ outcome }) => outcome);

  it('has a line with the intent before the deletion is sent', async () => {
    let before: readonly unknown[] = [];
    const running = world({
      faults: ({ method }) => {
        if (method === 'DELETE') before = outcomes(running);
        return undefined;
      },
    });

    await running.remove('team/web/v1');

    expect(before).toEqual(['pending']);
    expect(ownLines(running)).toMatchObject([
      { level: 'WARNING', outcome: 'pending', digest: WEB, tags: ['v1'], token: 'ci' },
      { level: 'WARNING', outcome: 'deleted', digest: WEB, tags: ['v1'], token: 'ci' },
    ]);
  });

  it('has no intent when a guard refuses', async () => {
    const running = world();
    startPod(running);

    await running.remove('team/web/v1');

    expect(outcomes(running)).toEqual(['refused']);
  });

  it('says unknown when the connection is cut, and then what came of it', async () => {
    const client = new AbortController();
    const running = world({
      faults: ({ method }) => {
        if (method !== 'DELETE') return undefined;
        client.abort();
        return { delayMs: 8000 };
      },
    });

    await running.remove('team/web/v1', { signal: client.signal });

    expect(outcomes(running)).toEqual(['pending', 'unknown', 'deleted']);
  });

  it('is settled when a proxy sends the deletion twice', async () => {
    const running = world({
      faults: ({ method }) => (method === 'DELETE' ? { repeat: true } : undefined),
    });

    const { status, body } = await running.remove('team/web/v1');

    expect(status).toBe(404);
    expect(body['outcome']).toBe('gone');
    expect(outcomes(running)).toEqual(['pending', 'gone']);
  });
});
