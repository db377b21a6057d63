import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/body.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const web = imageRow({ id: '1'.repeat(64), size_bytes: 100 });
const unused = imageRow({ id: '2'.repeat(64), size_bytes: 20 });
const pause = imageRow({
  id: '3'.repeat(64),
  size_bytes: 3,
  repo_tags: ['registry.k8s.io/pause:3.9'],
});
const containers = [containerRow({ image_ref: web.id, state: 'CONTAINER_EXITED' })];

const NODES = () => ({
  'node-1': {
    images: [web, unused, pause],
    containers,
    facts: {
      image_filesystems: [
        { mountpoint: '/var/lib/containerd', used_bytes: 90 },
        { mountpoint: '/data', used_bytes: 5 },
      ],
    },
  },
  'node-2': unreachable('node-2'),
  'node-3': { images: [web], facts: null },
  'node-4': { stale: { images: [web] } },
});

const service = (nodes = nodesOf(NODES())) => createService({ nodes });

describe('GET /nodes', () => {
  it('has the figures of each node', async () => {
    const { get } = service();
    const res = await get('/nodes');
    expect(res.headers.get('x-total-count')).toBe('4');
    const { complete, nodes } = await bodyOf<{ complete: boolean; nodes: object[] }>(res);
    expect(complete).toBe(false);
    expect(nodes).toEqual([
      {
        name: 'node-1',
        status: 'ok',
        read_at: expect.stringMatching(/^20.*Z$/),
        age_ms: 0,
        error: null,
        runtime: { name: 'containerd', version: 'v2.1.4' },
        images: 3,
        images_bytes: 123,
        disk_bytes: 95,
        containers: 1,
        reclaimable_bytes_max: 20,
      },
      {
        name: 'node-2',
        status: 'unreadable',
        read_at: null,
        age_ms: null,
        error: { code: 'bridge_unavailable', detail: expect.stringContaining('node-2') },
        runtime: null,
        images: null,
        images_bytes: null,
        disk_bytes: null,
        containers: null,
        reclaimable_bytes_max: null,
      },
      expect.objectContaining({
        name: 'node-3',
        status: 'ok',
        error: { code: 'bridge_outdated', detail: expect.stringContaining('Update') },
        runtime: null,
        disk_bytes: null,
        images: 1,
        reclaimable_bytes_max: 100,
      }),
      expect.objectContaining({ name: 'node-4', status: 'stale', images: 1, age_ms: 12_000 }),
    ]);
  });

  it.each([
    ['/var/lib/containers/storage/overlay-images', null],
    ['/var/lib/containers/storage/vfs-images', null],
    ['/var/lib/docker', 71_680],
    ['/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs', 71_680],
  ])(
    'has disk_bytes unless they are those of the names of images alone: %s',
    async (mountpoint, disk_bytes) => {
      const image_filesystems = [{ mountpoint, used_bytes: 71_680 }];
      const { json } = service(nodesOf({ a: { images: [web], facts: { image_filesystems } } }));

      expect(await json('/nodes')).toMatchObject({ nodes: [{ disk_bytes }] });
    },
  );

  it('has no sum of sizes if one is unknown', async () => {
    const images = [web, imageRow({ id: '4'.repeat(64), size_bytes: null })];
    const { json } = service(nodesOf({ a: { images, facts: { image_filesystems: null } } }));
    expect(await json('/nodes')).toMatchObject({
      complete: true,
      nodes: [{ images: 2, images_bytes: null, disk_bytes: null, reclaimable_bytes_max: null }],
    });
  });

  it('takes readings of any age that are shared, and with no-cache new ones', async () => {
    const nodes = nodesOf(NODES());
    const { get } = service(nodes);
    await get('/nodes');
    await get('/nodes', { headers: { 'Cache-Control': 'no-cache' } });
    expect(nodes.reads.map(({ maxAgeMs, allowStale }) => [maxAgeMs, allowStale])).toEqual([
      [undefined, true],
      [0, true],
    ]);
  });

  it('has the one bridge as the one node without nodes_config', async () => {
    const { json } = createService({
      crictl: {},
      config: { bridge_config: { node_name: 'this-host' } },
    });
    expect(await json('/nodes')).toMatchObject({
      nodes: [{ name: 'this-host', status: 'unreadable' }],
    });
  });
});
