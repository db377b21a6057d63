import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type { ArtifactSeed } from '../../demo/harbor/seed.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import type { HostImage } from '../../shared/ports/bridge.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const DAY_MS = 24 * 60 * 60 * 1000;
const daysAgo = (days: number) => Date.now() - days * DAY_MS;

const BYSTANDER = imageRow({ repo_tags: ['docker.io/library/nginx:1'] });
const holding = (name: string, digit: string, fields: Partial<HostImage> = {}) =>
  imageRow({
    id: 'e'.repeat(64),
    repo_digests: [`${name}@${digest(digit)}`],
    ...fields,
  });

interface Setup {
  readonly web?: readonly ArtifactSeed[];
  readonly images?: readonly HostImage[];
  readonly nodes?: NodesByName;
  readonly harbor?: Partial<HarborStandInOptions>;
}

/** A registry with the artifacts of `shop/web`, and one node with the images. */
function service({ web = [], images = [BYSTANDER], nodes, harbor = {} }: Setup = {}) {
  const registry = keptRegistry(
    [
      { name: 'shop', repositories: { web } },
      { name: 'data', repositories: { etl: [{ tags: ['nightly'], digest: digest('9') }] } },
    ],
    'admin',
  );
  const running = createService({
    harbor: { registry, ...harbor },
    nodes: nodesOf(nodes ?? { 'node-1': { images } }),
    config: { harbor_config: LOGIN },
  });
  const found = async (query = '?project=shop') => {
    const { artifacts } = await running.json<{ artifacts: { digest: string }[] }>(
      `/harbor/unused${query}`,
    );
    return artifacts.map((artifact) => artifact.digest);
  };
  return { ...running, found };
}

describe('GET /harbor/unused', () => {
  it('lists what no node holds, largest first, and the sum', async () => {
    const web = [
      { digest: digest('1'), tags: ['v1'], sizeBytes: 1000 },
      { digest: digest('2'), tags: ['v2'], sizeBytes: 3000, pushedAt: daysAgo(3) },
      { digest: digest('3'), tags: ['v3'], sizeBytes: 2000, pulledAt: daysAgo(2) },
      { digest: digest('4'), sizeBytes: 5000 },
    ];
    const { json } = service({ web, images: [holding('harbor.example.test/shop/web', '1')] });
    expect(await json('/harbor/unused')).toMatchObject({
      complete: true,
      nodes: [{ name: 'node-1', status: 'ok' }],
      partial: false,
      size_bytes: 5000 + 3000 + 2000 + 838,
      artifacts: [
        { digest: digest('4'), tags: [], pull_time: null },
        {
          project: 'shop',
          repository: 'web',
          digest: digest('2'),
          type: 'IMAGE',
          tags: ['v2'],
          size: '3kB',
          size_bytes: 3000,
          push_time: expect.stringMatching(/^20/),
        },
        { digest: digest('3'), pull_time: expect.stringMatching(/^20/) },
        { project: 'data', repository: 'etl' },
      ],
    });
  });

  const TAGGED = { repo_tags: ['r.test/shop/web:v1'] };
  const idOf = (manifest: string) => configDigestOf(manifest).slice('sha256:'.length);
  const index: ArtifactSeed = {
    digest: digest('1'),
    tags: ['v1'],
    children: [{ digest: digest('2'), tags: ['v1-amd64'] }, { digest: digest('3') }],
  };

  it.each<[string, HostImage[], string[]]>([
    [
      'the id of a child',
      [holding('r.test/shop/web', '7', { ...TAGGED, id: idOf(digest('3')) })],
      [],
    ],
    ['another id', [holding('r.test/shop/web', '7', TAGGED)], [digest('1'), digest('2')]],
  ])(
    'reads the manifests that decide, if a node has the tag with a digest that is gone, and %s',
    async (_, images, left) => {
      const { found } = service({ web: [index], images });
      expect((await found()).toSorted()).toEqual(left);
    },
  );

  it('keeps what a digest that is gone may have contained, as long as no manifest can be read', async () => {
    const images = [holding('r.test/shop/web', '7', TAGGED)];
    const answer = apiError(401, 'UNAUTHORIZED', 'unauthorized');
    const { found } = service({
      web: [index],
      images,
      harbor: { faults: ({ path }) => (path.startsWith('/v2/') ? { answer } : undefined) },
    });
    expect(await found()).toEqual([]);
  });

  it.each([
    ['?project=data', [digest('9')]],
    ['?q=ETL', [digest('9')]],
    ['?page=2&page_size=1', [digest('9')]],
    ['?sort=project', [digest('9'), digest('1')]],
  ])('answers %s', async (query, expected) => {
    const { found } = service({ web: [{ digest: digest('1'), sizeBytes: 9000 }] });
    expect(await found(query)).toEqual(expected);
  });

  it('sums what the filters leave, over all slices', async () => {
    const web = [{ sizeBytes: 1000 }, { sizeBytes: 2000 }];
    const { json } = service({ web });
    expect(await json('/harbor/unused?q=shop&page_size=1')).toMatchObject({
      size_bytes: 3000,
      artifacts: [{ size_bytes: 2000 }],
    });
  });

  it('lists with older_than what was neither pushed nor pulled since', async () => {
    const web = [
      { digest: digest('1'), pushedAt: daysAgo(40) },
      { digest: digest('2'), pushedAt: daysAgo(20) },
      { digest: digest('3'), pushedAt: daysAgo(40), pulledAt: daysAgo(20) },
      { digest: digest('4'), pushedAt: daysAgo(50), pulledAt: daysAgo(31) },
    ];
    const { found } = service({ web });
    const old = await found('?project=shop&older_than=30d');
    expect(old.toSorted()).toEqual([digest('1'), digest('4')]);
  });

  it.each(['30', '5y', ''])('answers 422 to older_than=%s', async (text) => {
    const { json } = service();
    expect(await json(`/harbor/unused?older_than=${text}`)).toMatchObject({
      status: 422,
      detail: expect.stringContaining('expected a duration such as 45m, 12h, 30d or 4w'),
    });
  });

  describe('what is left out', () => {
    const web = [
      { digest: digest('1'), tags: ['v1'], pushedAt: daysAgo(9) },
      { digest: digest('2'), tags: ['v2'], pushedAt: daysAgo(9) },
      { digest: digest('3'), tags: ['v3'], pushedAt: daysAgo(1) },
    ];
    const withTag = (tag: string) =>
      holding('harbor.example.test/shop/web', '8', {
        repo_tags: [`harbor.example.test/shop/web:${tag}`],
      });
    const unread = {
      faults: ({ path }: { path: string }) => (path.startsWith('/v2/') ? REFUSED : undefined),
    };
    const REFUSED = { answer: apiError(401, 'UNAUTHORIZED', 'unauthorized') };
    const row = (digit: string, reason: string) => ({
      project: 'shop',
      repository: 'web',
      digest: digest(digit),
      tags: [`v${digit}`],
      reason,
    });

    it.each([
      [
        'its tag with a digest that Harbor lacks',
        [withTag('v1')],
        '',
        [row('1', 'unknown_digest')],
      ],
      [
        'an image without a digest',
        [imageRow({ repo_tags: ['elsewhere.test/tool:v1'] })],
        '&older_than=2d',
        [row('1', 'no_digest'), row('2', 'no_digest')],
      ],
      ['the same, as q finds it', [imageRow()], '&q=v2', [row('2', 'no_digest')]],
    ])('is listed with the reason if a node has %s', async (_, images, query, expected) => {
      const { json } = service({ web, images, harbor: unread });
      expect(await json(`/harbor/unused?project=shop${query}`)).toMatchObject({
        left_out: expected,
      });
    });

    it('is nothing as soon as the manifests decide', async () => {
      const { json } = service({ web, images: [withTag('v1')] });
      const { artifacts, left_out } = await json<Record<string, unknown[]>>(
        '/harbor/unused?project=shop',
      );
      expect([artifacts?.length, left_out]).toEqual([3, []]);
    });
  });

  it('answers 404 for a project that does not exist', async () => {
    const { json } = service();
    expect(await json('/harbor/unused?project=nope')).toMatchObject({ code: 'harbor_not_found' });
  });

  it('is an error if a list cannot be completed', async () => {
    const answer = apiError(500, 'UNKNOWN', 'internal server error');
    const { json } = service({
      harbor: { faults: ({ path }) => (path.includes('etl') ? { answer } : undefined) },
    });
    expect(await json('/harbor/unused')).toMatchObject({ status: 502, code: 'harbor_error' });
  });
});

describe('while it is not known what a node holds', () => {
  const web = [{ digest: digest('1'), tags: ['v1'] }];
  const unclear = containerRow({ name: 'app', image_ref: 'f'.repeat(13) });

  it.each<[string, NodesByName, string]>([
    ['stale', { a: { stale: { images: [BYSTANDER] } } }, 'a (bridge_unavailable)'],
    ['unknown', {}, 'No nodes are known'],
    [
      'with a container that may use anything',
      { a: { images: [BYSTANDER], containers: [unclear] } },
      'which image container app on a uses',
    ],
  ])('it answers 409 for a node that is %s', async (_, nodes, detail) => {
    const { json, standIn } = service({ web, nodes });
    expect(await json('/harbor/unused')).toMatchObject({
      status: 409,
      code: 'usage_unknown',
      detail: expect.stringContaining(detail),
    });
    expect(standIn?.calls).toEqual([]);
  });
});
