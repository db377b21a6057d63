import { describe, expect, it } from 'vitest';
import { Problem } from '../../../../shared/values/problem.ts';
import { type DomainGiven, domainWorld } from '../../../support/domain.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import type { WorldHost } from '../../../support/memory-nodes.ts';
import { projectNamed, repositoryNamed } from '../../../support/names.ts';
import { BYSTANDER, containerOf, hostImage } from '../../../support/pulled-images.ts';
import { blockersOf, refusal, remove } from './deleting.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const INDEX = `sha256:${'4'.repeat(64)}`;
const CHILD = `sha256:${'2'.repeat(64)}`;
const OTHER_CHILD = `sha256:${'3'.repeat(64)}`;

function world(
  nodes: Readonly<Record<string, Partial<WorldHost>>>,
  faults: NonNullable<DomainGiven['faults']> = () => ({}),
) {
  return domainWorld({
    faults,
    projects: [
      {
        name: 'team',
        repositories: {
          api: [{ digest: WEB }],
          web: [
            { digest: WEB, tags: ['v1'] },
            {
              digest: INDEX,
              tags: ['all'],
              children: [{ digest: CHILD, tags: ['amd'] }, { digest: OTHER_CHILD }],
            },
          ],
        },
      },
    ],
    nodes,
  });
}

const web = hostImage(WEB);
const POD = { namespace: 'shop', pod: 'web-7d9f', name: 'app' };
const holding = { images: [BYSTANDER, web] };
const using = { ...holding, containers: [{ ...containerOf(web), ...POD }] };
const unreadable = { failure: new Problem('bridge_unavailable', 'The bridge of b refused.') };

describe('the guard over several nodes', () => {
  it('refuses what a pod on one of them runs, and names node, namespace, pod and container', async () => {
    const running = world({ a: {}, b: using, c: holding });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem).toMatchObject({ status: 409, code: 'in_use' });
    expect(problem.message).toContain('It is used by shop/web-7d9f (container app, running) on b.');
    expect(running.memory.deletions).toEqual([]);
  });

  it('refuses while a node is unreadable, and names it and why', async () => {
    const running = world({ a: holding, b: unreadable });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toContain('The node b could not be read: The bridge of b refused.');
    expect(running.memory.deletions).toEqual([]);
  });

  it('answers in_use if one node uses it, although another is unreadable', async () => {
    const running = world({ a: using, b: unreadable });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
  });

  it('counts a use on a node whose runtime is in doubt', async () => {
    const running = world({
      a: {},
      b: { ...using, ambiguous: ['/run/a.sock', '/run/b.sock'] },
    });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('in_use');
  });

  it.each([
    [
      'several runtimes',
      { ambiguous: ['/run/a.sock', '/run/b.sock'] },
      'several container runtimes',
    ],
    ['an empty runtime', { images: [] }, 'Node b: The container runtime has neither'],
  ])('does not trust a node with %s', async (_, node, detail) => {
    const running = world({ a: {}, b: node });

    const problem = await refusal(running, 'team/web/v1');

    expect(problem.code).toBe('usage_unknown');
    expect(problem.message).toContain(detail);
  });

  it('deletes what nodes hold and none uses', async () => {
    const running = world({ a: holding, b: holding, c: {} });

    const { usage } = await remove(running, 'team/web/v1');

    expect(usage.usage).toBe('present');
    expect(running.memory.deletions).toHaveLength(1);
  });

  it('counts an index with the child that a node runs, and the child with its index', async () => {
    const child = hostImage(CHILD);
    const byChild = world({ a: {}, b: { images: [child], containers: [containerOf(child)] } });
    const index = hostImage(INDEX, CHILD);
    const byIndex = world({ a: {}, b: { images: [index], containers: [containerOf(index)] } });

    const ofIndex = await refusal(byChild, 'team/web/all');
    const ofChild = await refusal(byIndex, 'team/web/amd');

    expect(ofIndex.code).toBe('in_use');
    expect(blockersOf(ofChild)).toContain('in_use');
  });

  describe('a container on a node whose image is nowhere', () => {
    const stranger = containerRow({ name: 'stranger', image_ref: `sha256:${'e'.repeat(64)}` });
    const nodes = { a: {}, b: { containers: [stranger] } };

    it('is unknown if Harbor does not provide the manifest', async () => {
      const running = world(nodes, () => ({ configDigests: async () => null }));

      const problem = await refusal(running, 'team/web/v1');

      expect(problem.code).toBe('usage_unknown');
      expect(problem.message).toContain('container stranger (running) on b');
    });

    it('does not prevent the deletion of an artifact with another configuration', async () => {
      const { usage } = await remove(world(nodes), 'team/web/v1');

      expect(usage.usage).toBe('absent');
    });
  });

  describe('an image without a digest', () => {
    const foreign = imageRow({ id: web.id, repo_tags: ['elsewhere.test/tool:v1'] });
    const bare = { images: [BYSTANDER, foreign], containers: [containerOf(foreign)] };
    const unread = () => ({ configDigests: async () => null });

    it('refuses what its id is, whatever its name is', async () => {
      const problem = await refusal(world({ a: bare }), 'team/web/v1');

      expect(problem).toMatchObject({ code: 'in_use' });
    });

    it('does not prevent the deletion of what it is named after', async () => {
      const named = { ...foreign, repo_tags: ['registry.example.test/team/web:all'] };
      const running = world({ a: { ...bare, images: [BYSTANDER, named] } });

      const { usage } = await remove(running, 'team/web/all');

      expect(usage.usage).toBe('absent');
    });

    it('is unknown if Harbor does not provide the manifest, and says which right helps', async () => {
      const problem = await refusal(world({ a: bare }, unread), 'team/web/v1');

      expect(problem.code).toBe('usage_unknown');
      expect(problem.message).toContain('an image without a digest on a: Harbor does not provide');
      expect(problem.message).toContain('the right to pull');
    });

    it('is known if a list has read the configuration that is its id', async () => {
      const running = world({ a: bare }, unread);
      const { registry } = running.services;
      const signal = new AbortController().signal;
      const [project, repository] = [projectNamed('team'), repositoryNamed('api')];
      const session = registry.session({ id: 'list', signal });
      await session.readConfigDigests({ project, repository }, [WEB]);

      const { usage } = await remove(running, 'team/web/all');

      expect(usage.usage).toBe('absent');
    });
  });

  it('goes through with force, and the answer tells the usage', async () => {
    const running = world({ a: using, b: unreadable });

    const { usage } = await remove(running, 'team/web/v1', { force: true });

    expect(usage.usage).toBe('in_use');
    expect(running.memory.deletions).toHaveLength(1);
  });
});
