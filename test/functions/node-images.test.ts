import { describe, expect, it } from 'vitest';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { bodyOf } from '../support/body.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { nodesOf, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const web = imageRow({
  id: '1'.repeat(64),
  repo_tags: ['h.example/shop/web:v1', 'h.example/web:v1'],
});
const idle = imageRow({ id: '2'.repeat(64), repo_tags: ['h.example/idle:v1'] });
const app = containerRow({
  image_ref: `sha256:${web.id}`,
  namespace: 'shop',
  pod: 'web-7d9f',
  name: 'app',
});
const old = containerRow({ image_ref: web.id, state: 'CONTAINER_EXITED', name: 'old' });

const NODES = () => ({
  'node-1': { images: [web, idle], containers: [app, old] },
  'node-2': unreachable('node-2'),
  'node-3': { stale: { images: [idle] } },
});

interface Images {
  readonly images: readonly { readonly [field: string]: unknown }[];
  readonly [field: string]: unknown;
}

describe('GET /nodes/{node}/images', () => {
  it('has the rows of /local-images and what uses each', async () => {
    const { get } = createService({ nodes: nodesOf(NODES()) });
    const res = await get('/nodes/node-1/images');
    const { images, ...members } = await bodyOf<Images>(res);
    expect(members).toMatchObject({ complete: true, nodes: [{ name: 'node-1', status: 'ok' }] });
    expect(res.headers.get('x-total-count')).toBe('3');
    expect(images[0]).toEqual({
      repository: 'h.example/idle',
      tag: 'v1',
      image_id: '2222222222222',
      size: '1B',
      id: idle.id,
      digest: null,
      size_bytes: 1,
      pinned: false,
      in_use: false,
      containers: [],
    });
    const containers = [
      { namespace: null, pod: null, container: 'old', state: 'exited' },
      { namespace: 'shop', pod: 'web-7d9f', container: 'app', state: 'running' },
    ];
    expect(images.slice(1).map((row) => [row['tag'], row['in_use'], row['containers']])).toEqual([
      ['v1', true, containers],
      ['v1', true, containers],
    ]);
  });

  it('has the same rows as /local-images on the one node', async () => {
    const { json } = createService({
      crictl: recordedAnswers('v1.33.0-containerd-1.7.24'),
      config: { bridge_config: { node_name: 'this-host' } },
    });
    const { images } = await json<Images>('/nodes/this-host/images');
    const rows = images.map(({ in_use, containers, ...row }) => row);
    expect(rows).toEqual(await json('/local-images'));
  });

  it('tells that the reading is stale', async () => {
    const { json } = createService({ nodes: nodesOf(NODES()) });
    expect(await json('/nodes/node-3/images')).toMatchObject({
      complete: false,
      nodes: [{ name: 'node-3', status: 'stale', error: { code: 'bridge_unavailable' } }],
      images: [{ repository: 'h.example/idle' }],
    });
  });

  it('answers 404 with the names of the nodes for another name', async () => {
    const { get } = createService({ nodes: nodesOf(NODES()) });
    const res = await get('/nodes/node-9/images');
    expect(res.status).toBe(404);
    expect(await bodyOf(res)).toMatchObject({
      code: 'not_found',
      detail: 'There is no node node-9. The nodes are: node-1, node-2, node-3.',
      nodes: ['node-1', 'node-2', 'node-3'],
    });
  });

  it.each(['%20', 'a%00b', '..', '%2e%2e'])(
    'answers no other node for the name %s',
    async (name) => {
      const { get } = createService({ nodes: nodesOf(NODES()) });
      expect([404, 422]).toContain((await get(`/nodes/${name}/images`)).status);
    },
  );

  it('reads a name with a port', async () => {
    const { get } = createService({ nodes: nodesOf({ '10.0.0.1:5001': { images: [web] } }) });
    expect((await get('/nodes/10.0.0.1:5001/images')).status).toBe(200);
    expect((await get('/nodes/10.0.0.1%3A5001/images')).status).toBe(200);
  });

  it.each(['n'.repeat(253), 'https://proxy:5001/~nodes/node-1'])(
    'reads any name that /nodes shows: %s',
    async (name) => {
      const { get } = createService({ nodes: nodesOf({ [name]: { images: [web] } }) });
      expect((await get(`/nodes/${encodeURIComponent(name)}/images`)).status).toBe(200);
    },
  );

  it('is searched, sorted and sliced as a list', async () => {
    const { get } = createService({ nodes: nodesOf(NODES()) });
    const res = await get('/nodes/node-1/images?sort=-in_use&q=web&page_size=1');
    expect((await bodyOf<Images>(res)).images).toHaveLength(1);
    expect(res.headers.get('x-total-count')).toBe('2');
  });
});
