import { describe, expect, it } from 'vitest';
import { Problem } from '../../../../shared/values/problem.ts';
import { containerRow } from '../../../support/host-rows.ts';
import type { WorldHost } from '../../../support/memory-nodes.ts';
import { BYSTANDER, containerOf, createWorld, hostImage } from './world.ts';

const WEB = `sha256:${'1'.repeat(64)}`;
const INDEX = `sha256:${'4'.repeat(64)}`;
const CHILD = `sha256:${'2'.repeat(64)}`;
const OTHER_CHILD = `sha256:${'3'.repeat(64)}`;

function world(nodes: Readonly<Record<string, Partial<WorldHost>>>) {
  return createWorld({
    projects: [
      {
        name: 'team',
        repositories: {
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
const running = { ...holding, containers: [{ ...containerOf(web), ...POD }] };
const unreadable = { failure: new Problem('bridge_unavailable', 'The bridge of b refused.') };

describe('the guard over several nodes', () => {
  it('refuses what a pod on one of them runs, and names node, namespace, pod and container', async () => {
    const { remove, standIn } = world({ a: {}, b: running, c: holding });

    const { status, body } = await remove('team/web/v1');

    expect({ status, code: body.code }).toEqual({ status: 409, code: 'in_use' });
    expect(body.detail).toContain('It is used by shop/web-7d9f (container app, running) on b.');
    expect(standIn.deletions).toEqual([]);
  });

  it('refuses while a node is unreadable, and names it and why', async () => {
    const { remove, standIn } = world({ a: holding, b: unreadable });

    const { body } = await remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain('The node b could not be read: The bridge of b refused.');
    expect(standIn.deletions).toEqual([]);
  });

  it('answers in_use if one node uses it, although another is unreadable', async () => {
    const { remove } = world({ a: running, b: unreadable });

    const { body } = await remove('team/web/v1');

    expect(body.code).toBe('in_use');
  });

  it('counts a use on a node whose runtime is in doubt', async () => {
    const { remove } = world({
      a: {},
      b: { ...running, ambiguous: ['/run/a.sock', '/run/b.sock'] },
    });

    const { body } = await remove('team/web/v1');

    expect(body.code).toBe('in_use');
  });

  it.each([
    [
      'several runtimes',
      { ambiguous: ['/run/a.sock', '/run/b.sock'] },
      'several container runtimes',
    ],
    ['an empty runtime', { images: [] }, 'The container runtime of b is empty.'],
  ])('does not trust a node with %s', async (_, node, detail) => {
    const { remove } = world({ a: {}, b: node });

    const { body } = await remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain(detail);
  });

  it('deletes what nodes hold and none uses', async () => {
    const { remove } = world({ a: holding, b: holding, c: {} });

    const { status, body } = await remove('team/web/v1');

    expect({ status, usage: body.usage }).toEqual({ status: 200, usage: 'present' });
  });

  it('counts an index with the child that a node runs, and the child with its index', async () => {
    const child = hostImage(CHILD);
    const byChild = world({ a: {}, b: { images: [child], containers: [containerOf(child)] } });
    const index = hostImage(INDEX, CHILD);
    const byIndex = world({ a: {}, b: { images: [index], containers: [containerOf(index)] } });

    const ofIndex = await byChild.remove('team/web/all');
    const ofChild = await byIndex.remove('team/web/amd');

    expect(ofIndex.body.code).toBe('in_use');
    expect(ofChild.body.blockers.map(({ code }) => code)).toContain('in_use');
  });

  it('does not know what a container on a node runs whose image is nowhere', async () => {
    const stranger = containerRow({ name: 'stranger', image_ref: `sha256:${'e'.repeat(64)}` });
    const { remove } = world({ a: {}, b: { containers: [stranger] } });

    const { body } = await remove('team/web/v1');

    expect(body.code).toBe('usage_unknown');
    expect(body.detail).toContain('container stranger (running) on b');
  });

  it('goes through with force, and the answer tells the usage', async () => {
    const { remove } = world({ a: running, b: unreadable });

    const { status, body } = await remove('team/web/v1?force=true');

    expect({ status, usage: body.usage }).toEqual({ status: 200, usage: 'in_use' });
  });
});
