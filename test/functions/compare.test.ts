import { describe, expect, it } from 'vitest';
import { bodyOf } from '../support/body.ts';
import { imageRow } from '../support/host-rows.ts';
import { type NodesByName, nodesOf, READ_AT_MS, unreachable } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const hex = (digit: string) => digit.repeat(64);
const WEB = 'harbor.example.test/shop/web';
const API = 'harbor.example.test/shop/api';

const web1 = imageRow({
  id: hex('1'),
  repo_tags: [`${WEB}:v1`],
  repo_digests: [`${WEB}@sha256:${hex('a')}`],
  size_bytes: 20,
});
const web2 = imageRow({
  id: hex('2'),
  repo_tags: [`${WEB}:v1`],
  repo_digests: [`${WEB}@sha256:${hex('b')}`],
  size_bytes: 10,
});
const api = imageRow({
  id: hex('3'),
  repo_tags: [`${API}:v1`],
  repo_digests: [`${API}@sha256:${hex('c')}`],
  size_bytes: 30,
});

const NODES: NodesByName = {
  'node-1': { images: [web1, api] },
  'node-2': { images: [web2, api] },
  'node-3': { stale: { images: [web1, api] } },
  'node-4': unreachable('node-4'),
};

const compareOver = (byName: NodesByName, config = {}) => {
  const nodes = nodesOf(byName);
  return { ...createService({ nodes, config }), nodes };
};

interface Compared {
  readonly complete: boolean;
  readonly nodes: readonly { readonly name: string; readonly status: string }[];
  readonly common: readonly { readonly names: readonly string[] }[];
  readonly partial: readonly { readonly names: readonly string[] }[];
  readonly single: readonly { readonly names: readonly string[] }[];
  readonly skew: readonly { readonly name: string }[];
}

describe('GET /compare', () => {
  it('compares the nodes that can be read, and says which cannot', async () => {
    const answer = await compareOver(NODES).json('/compare');
    expect(answer).toEqual({
      complete: false,
      nodes: [
        {
          name: 'node-1',
          status: 'ok',
          read_at: new Date(READ_AT_MS).toISOString(),
          age_ms: 0,
          error: null,
        },
        expect.objectContaining({ name: 'node-2', status: 'ok' }),
        expect.objectContaining({
          name: 'node-3',
          status: 'stale',
          error: { code: 'bridge_unavailable', detail: expect.stringContaining('node-3') },
        }),
        {
          name: 'node-4',
          status: 'unreadable',
          read_at: null,
          age_ms: null,
          error: { code: 'bridge_unavailable', detail: expect.stringContaining('node-4') },
        },
      ],
      common: [
        {
          by: 'digest',
          digest: `sha256:${hex('c')}`,
          id: hex('3'),
          names: [`${API}:v1`],
          size_bytes: 30,
          nodes: ['node-1', 'node-2', 'node-3'],
          missing_on: [],
        },
      ],
      partial: [
        {
          by: 'digest',
          digest: `sha256:${hex('a')}`,
          id: hex('1'),
          names: [`${WEB}:v1`],
          size_bytes: 20,
          nodes: ['node-1', 'node-3'],
          missing_on: ['node-2'],
        },
      ],
      single: [
        {
          by: 'digest',
          digest: `sha256:${hex('b')}`,
          id: hex('2'),
          names: [`${WEB}:v1`],
          size_bytes: 10,
          nodes: ['node-2'],
          missing_on: ['node-1', 'node-3'],
        },
      ],
      skew: [
        {
          name: `${WEB}:v1`,
          variants: [
            { digest: `sha256:${hex('a')}`, id: hex('1'), nodes: ['node-1', 'node-3'] },
            { digest: `sha256:${hex('b')}`, id: hex('2'), nodes: ['node-2'] },
          ],
        },
      ],
    });
  });

  it.each([
    ['q=API', { common: 1, partial: 0, single: 0, skew: 0 }],
    [`q=${hex('b')}`, { common: 0, partial: 0, single: 1, skew: 1 }],
    ['page_size=2', { common: 1, partial: 1, single: 0, skew: 0 }],
    ['page_size=2&page=2', { common: 0, partial: 0, single: 1, skew: 1 }],
    ['sort=-size_bytes', { common: 1, partial: 1, single: 1, skew: 1 }],
  ])('takes ?%s through all lists', async (query, counts) => {
    const { common, partial, single, skew } = await compareOver(NODES).json<Compared>(
      `/compare?${query}`,
    );
    const found = { common, partial, single, skew };
    expect(
      Object.fromEntries(Object.entries(found).map(([name, rows]) => [name, rows.length])),
    ).toEqual(counts);
  });

  it('counts the rows of all lists, and links to the other slices', async () => {
    const res = await compareOver(NODES).get('/compare?page_size=2');
    expect(res.headers.get('x-total-count')).toBe('4');
    expect(res.headers.get('link')).toContain('</compare?page_size=2&page=2>; rel="next"');
  });

  it('answers 304 while nothing but the times has changed', async () => {
    const nodes: NodesByName = { ...NODES };
    const service = compareOver(nodes);
    const etag = (await service.get('/compare')).headers.get('etag') ?? '';
    const again = await service.get('/compare', { headers: { 'if-none-match': etag } });
    expect([etag.slice(0, 3), again.status]).toEqual(['W/"', 304]);

    nodes['node-2'] = { images: [api] };
    const changed = await service.get('/compare', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(await bodyOf<Compared>(changed)).toMatchObject({ single: [], skew: [] });
  });

  it.each([
    [{}, undefined],
    [{ 'cache-control': 'no-cache' }, 0],
  ])(
    'with the headers %j asks for readings of at most %s ms, and takes stale ones',
    async (headers, maxAgeMs) => {
      const { get, nodes } = compareOver(NODES);
      await get('/compare', { headers });
      expect(nodes.reads.map((read) => [read.maxAgeMs, read.allowStale])).toEqual([
        [maxAgeMs, true],
      ]);
    },
  );

  it.each([['?sort=names'], ['?page=0']])('answers 422 to %s and reads no node', async (query) => {
    const { get, nodes } = compareOver(NODES);
    expect((await get(`/compare${query}`)).status).toBe(422);
    expect(nodes.reads).toEqual([]);
  });
});
