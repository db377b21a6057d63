import { describe, expect, it } from 'vitest';
import type { EventHosts } from '../../../../shared/domain/webhooks/event-hosts.ts';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { effectsOfOne } from '../../../support/event-effects.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { unreachable } from '../../../support/nodes.ts';

const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const REGISTRIES = ['mirror'];

function event(type: 'PUSH_ARTIFACT' | 'DELETE_ARTIFACT', tag = 'v1') {
  const resources = [{ digest: digest('a'), tag }];
  const repository = { repo_full_name: 'shop/web' };
  const [parsed] = parseHarborDelivery({ type, event_data: { resources, repository } }).events;
  if (parsed === undefined) throw new Error('no event');
  return parsed;
}

const image = (letter: string, name = 'mirror/shop/web') =>
  imageRow({
    id: letter.repeat(64),
    repo_tags: [`${name}:v1`],
    repo_digests: [`${name}@${digest(letter)}`],
  });
const pod = (of: HostImage, fields: Partial<HostContainer> = {}) =>
  containerRow({ name: 'app', pod: 'web-7d9f', namespace: 'shop', image_ref: of.id, ...fields });

type Rows = readonly [images: readonly HostImage[], containers?: readonly HostContainer[]];
const nodes = (byName: Record<string, Rows | Problem>): EventHosts => ({
  hosts: Object.entries(byName).flatMap(([node, rows]) =>
    rows instanceof Problem ? [] : { node, images: rows[0], containers: rows[1] ?? [] },
  ),
  unread: Object.entries(byName).flatMap(([node, rows]) =>
    rows instanceof Problem ? { node, problem: rows } : [],
  ),
});
const deleted = (found: EventHosts | Problem) =>
  effectsOfOne(event('DELETE_ARTIFACT'), found, REGISTRIES);
const pushed = (found: EventHosts | Problem) =>
  effectsOfOne(event('PUSH_ARTIFACT'), found, REGISTRIES);

const HELD = image('a');
const OTHER = image('b');

describe('an artifact that was deleted', () => {
  it('is deleted on all nodes that have it, and gone where it runs', () => {
    const found = nodes({
      'node-1': [[HELD]],
      'node-2': [[OTHER]],
      'node-3': [[HELD], [pod(HELD), pod(HELD, { state: 'CONTAINER_EXITED' })]],
    });
    expect(deleted(found)).toMatchObject([
      {
        effect: 'deleted',
        nodes: ['node-1', 'node-3'],
        images: ['mirror/shop/web:v1'],
        detail: expect.stringContaining('but node-1, node-3 still have it'),
      },
      {
        effect: 'gone',
        nodes: ['node-3'],
        images: ['mirror/shop/web:v1'],
        containers: [
          {
            node: 'node-3',
            namespace: 'shop',
            pod: 'web-7d9f',
            container: 'app',
            state: 'running',
          },
        ],
        detail: `shop/web:v1 was deleted from the registry, but it runs on node-3: shop/web-7d9f (container app, running). It cannot be pulled again: ${digest('a')}.`,
      },
    ]);
  });

  it.each([
    ['CRI-O, by the digest', { image_ref: `mirror/shop/web@${digest('a')}` }],
    ['cri-dockerd', { image_ref: `docker-pullable://mirror/shop/web@${digest('a')}` }],
    [
      'a runtime whose list no longer has the image',
      { image_ref: `mirror:443/shop/web@${digest('a')}` },
    ],
  ])('is gone where it runs under %s', (_, fields) => {
    const effects = deleted(nodes({ a: [[OTHER], [pod(OTHER, fields)]] }));
    expect(effects).toMatchObject([{ effect: 'gone', nodes: ['a'] }]);
  });

  it('is not gone where the container runs it from another repository', () => {
    const mirrored = image('a', 'quay.io/acme/web');
    const effects = deleted(nodes({ a: [[mirrored], [pod(mirrored)]] }));
    expect(effects).toMatchObject([{ effect: 'deleted', nodes: ['a'] }]);
  });

  it('is not gone where the container runs it from another registry, under the same path', () => {
    const foreign = image('a', 'ghcr.io/shop/web');
    const effects = deleted(nodes({ a: [[foreign], [pod(foreign)]] }));
    expect(effects.map(({ effect }) => effect)).toEqual(['deleted']);
  });

  it('has no effect on nodes that do not have it', () => {
    expect(deleted(nodes({ a: [[OTHER], [pod(OTHER)]] }))).toEqual([]);
  });

  it('is unknown, not without effect, while a node cannot be read', () => {
    expect(deleted(nodes({ a: [[OTHER]], b: unreachable('b') }))).toMatchObject([
      {
        effect: 'unknown',
        nodes: ['b'],
        detail: expect.stringContaining('whether b has it: The bridge of b refused'),
      },
    ]);
  });

  it('is certain where it is, although another node cannot be read', () => {
    expect(deleted(nodes({ a: [[HELD]], b: unreachable('b') }))).toMatchObject([
      { effect: 'deleted', nodes: ['a'] },
    ]);
  });

  it('is unknown if no node can be asked', () => {
    const problem = new Problem('bridge_unavailable', 'The name cannot be looked up.');
    expect(deleted(problem)).toMatchObject([{ effect: 'unknown' }]);
  });

  it('names no node where there is only one host', () => {
    const host = { node: null, images: [HELD], containers: [pod(HELD, { pod: null })] };
    const effects = deleted({ hosts: [host], unread: [] });
    expect(effects).toMatchObject([
      { effect: 'deleted', detail: expect.stringContaining('this host still has it') },
      {
        effect: 'gone',
        detail: expect.stringContaining('it runs on this host: container app (running).'),
      },
    ]);
    expect(effects.flatMap((effect) => effect.nodes ?? [])).toEqual([]);
  });

  it('is only deleted if it is not known what runs', () => {
    const host = { node: null, images: [HELD], containers: null };
    expect(deleted({ hosts: [host], unread: [] })).toMatchObject([{ effect: 'deleted' }]);
  });
});

describe('a tag that was pushed', () => {
  it('is replaced on the nodes that have another digest, even if others report none', () => {
    const digestless = imageRow({ repo_tags: ['mirror/shop/web:v1'] });
    const found = nodes({ a: [[digestless]], b: [[OTHER]], c: [[HELD]], d: unreachable('d') });
    expect(pushed(found)).toMatchObject([
      {
        effect: 'replaced',
        nodes: ['b'],
        detail: expect.stringContaining('but b has another image'),
      },
    ]);
  });

  it('has no effect without a tag, whatever cannot be read', () => {
    const child = event('PUSH_ARTIFACT', digest('a'));
    expect(effectsOfOne(child, nodes({ a: unreachable('a') }), REGISTRIES)).toEqual([]);
  });
});
