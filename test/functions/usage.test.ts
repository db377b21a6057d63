import { describe, expect, it } from 'vitest';
import { nginxError } from '../../demo/harbor/answer.ts';
import type { FaultAnswer, RecordedCall } from '../../demo/harbor/faults.ts';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const sha = (digit: string) => `sha256:${digit.repeat(64)}`;
const WEB = 'harbor.example.test/shop/web';
const [INDEX, CHILD, PLAIN, GONE, SIGNED, SIGNATURE] = ['1', '2', '3', '4', '5', '6'].map(sha) as [
  string,
  string,
  string,
  string,
  string,
  string,
];

const account = { name: 'keeper', password: 'keeper-password' };

const registry = () =>
  new Registry({
    accounts: [{ ...account, kind: 'user' }],
    projects: [
      {
        name: 'shop',
        members: { keeper: 'maintainer' },
        repositories: {
          web: [
            { digest: INDEX, tags: ['multi'], kind: 'index', children: [{ digest: CHILD }] },
            { digest: PLAIN, tags: ['v1', 'stable'] },
            {
              digest: SIGNED,
              tags: ['signed'],
              accessories: [{ digest: SIGNATURE, type: 'accelerator.nydus' }],
            },
          ],
        },
      },
      { name: 'secret', repositories: { web: [{ digest: GONE, tags: ['v1'] }] } },
    ],
  });

/** An image of shop/web with this digest; its id is that of `manifest`. */
const imageOf = (digest: string, manifest = digest) =>
  imageRow({
    id: configDigestOf(manifest).slice('sha256:'.length),
    repo_digests: [`${WEB}@${digest}`],
  });
const containerOf = ({ id }: { readonly id: string }, name = 'app') =>
  containerRow({
    name,
    image_ref: `sha256:${id}`,
    namespace: 'shop',
    pod: 'web-7d9f',
    created_at: '2026-11-01T08:00:00Z',
  });
const running = (digest: string, manifest = digest) => {
  const image = imageOf(digest, manifest);
  return { images: [image], containers: [containerOf(image)] };
};

interface Setup {
  readonly nodes: NodesByName;
  readonly config?: Readonly<Record<string, object>>;
  readonly faults?: (call: RecordedCall) => FaultAnswer | undefined;
}

function usageOver({ nodes: byName, config, faults }: Setup) {
  const nodes = nodesOf(byName);
  const service = createService({
    nodes,
    harbor: { registry: registry(), ...(faults && { faults }) },
    config: {
      ...config,
      harbor_config: {
        harbor_username: account.name,
        harbor_password: account.password,
        ...config?.['harbor_config'],
      },
    },
  });
  return { ...service, nodes };
}

interface Usage {
  readonly digest: string;
  readonly in_registry: boolean;
  readonly complete: boolean;
  readonly uses: readonly { readonly node: string; readonly match: string }[];
}

const matches = ({ uses }: Usage) => uses.map(({ node, match }) => `${node} ${match}`);

describe('GET /usage/{project}/{repository}/{reference}', () => {
  it('answers who uses an artifact, where, and since when', async () => {
    const { json } = usageOver({
      nodes: { 'node-1': running(PLAIN), 'node-2': { images: [imageOf(PLAIN), imageOf(CHILD)] } },
    });
    expect(await json('/usage/shop/web/v1')).toEqual({
      complete: true,
      nodes: [
        expect.objectContaining({ name: 'node-1', status: 'ok' }),
        expect.objectContaining({ name: 'node-2', status: 'ok' }),
      ],
      project: 'shop',
      repository: 'web',
      reference: 'v1',
      digest: PLAIN,
      in_registry: true,
      uses: [
        {
          node: 'node-1',
          namespace: 'shop',
          pod: 'web-7d9f',
          container: 'app',
          state: 'running',
          since: '2026-11-01T08:00:00Z',
          match: 'artifact',
          image: `${WEB}@${PLAIN}`,
        },
        {
          node: 'node-2',
          namespace: null,
          pod: null,
          container: null,
          state: null,
          since: null,
          match: 'artifact',
          image: `${WEB}@${PLAIN}`,
        },
      ],
    });
  });

  it.each([
    ['an index', 'multi', INDEX, ['node-1 artifact', 'node-2 child']],
    ['a child of an index', CHILD, CHILD, ['node-1 index', 'node-2 artifact']],
  ])('counts %s with its relatives', async (_, reference, digest, expected) => {
    const { json } = usageOver({
      nodes: {
        'node-1': running(INDEX, CHILD),
        'node-2': running(CHILD),
        'node-3': running(PLAIN),
      },
    });
    const answer = await json<Usage>(`/usage/shop/web/${reference}`);
    expect([answer.digest, matches(answer)]).toEqual([digest, expected]);
  });

  it.each([
    ['in the repository', `/usage/shop/web/${GONE}`],
    ['because the repository does not exist', `/usage/shop/nowhere/${GONE}`],
    ['because the project does not exist', `/usage/nowhere/web/${GONE}`],
  ])('answers by digest when Harbor has no such artifact %s', async (_, path) => {
    const { json } = usageOver({ nodes: { 'node-1': running(GONE) } });
    expect(await json(path)).toMatchObject({
      digest: GONE,
      in_registry: false,
      uses: [{ node: 'node-1', container: 'app', match: 'artifact' }],
    });
  });

  it.each([['/usage/shop/web/v9'], ['/usage/shop/nowhere/v1']])(
    'answers 404 to the tag of %s',
    async (path) => {
      const res = await usageOver({ nodes: { 'node-1': running(PLAIN) } }).get(path);
      expect(res.status).toBe(404);
      expect(await res.json()).toMatchObject({ code: 'harbor_not_found' });
    },
  );

  it.each([
    ['502 of a proxy', nginxError(502), 'harbor_unreachable'],
    ['a 404 that names no artifact', { status: 404, body: '' }, 'harbor_bad_response'],
  ])('does not take %s for a missing artifact', async (_, answer, code) => {
    const { get } = usageOver({
      nodes: { 'node-1': running(PLAIN) },
      faults: ({ path }) => (path.includes('/artifacts/') ? { answer } : undefined),
    });
    const res = await get(`/usage/shop/web/${PLAIN}`);
    expect([res.status, await res.json()]).toEqual([502, expect.objectContaining({ code })]);
  });

  it.each([
    ['in a private project', 'shop'],
    ['in no project', 'nowhere'],
  ])('does not take a wrong password for a missing artifact %s', async (_, project) => {
    const { get } = usageOver({
      nodes: { 'node-1': running(GONE) },
      config: { harbor_config: { harbor_username: account.name, harbor_password: 'wrong' } },
    });
    const res = await get(`/usage/${project}/web/${GONE}`);
    expect(await res.json()).toMatchObject({ code: 'harbor_unauthorized' });
  });

  it.each([
    ['a digest', GONE],
    ['a tag', 'v1'],
  ])('does not take missing rights for a missing artifact, by %s', async (_, reference) => {
    const res = await usageOver({ nodes: {} }).get(`/usage/secret/web/${reference}`);
    expect(await res.json()).toMatchObject({ code: 'harbor_forbidden' });
  });

  it.each([
    ['q=node-2', ['node-2 artifact']],
    ['sort=-node', ['node-3 artifact', 'node-2 artifact', 'node-1 artifact']],
    ['page_size=2&page=2', ['node-3 artifact']],
  ])('takes ?%s', async (query, expected) => {
    const { json } = usageOver({
      nodes: { 'node-1': running(PLAIN), 'node-2': running(PLAIN), 'node-3': running(PLAIN) },
    });
    expect(matches(await json<Usage>(`/usage/shop/web/v1?${query}`))).toEqual(expected);
  });

  it('asks Harbor and the nodes anew with no-cache', async () => {
    const { get, standIn, nodes } = usageOver({ nodes: { 'node-1': running(PLAIN) } });
    const lists = () => standIn?.calls.filter(({ list }) => list === 'artifacts').length;
    await get('/usage/shop/web/v1');
    await get('/usage/shop/web/v1');
    const shared = lists();
    await get('/usage/shop/web/v1', { headers: { 'Cache-Control': 'no-cache' } });
    expect([shared, lists(), nodes.reads.at(-1)?.maxAgeMs]).toEqual([1, 2, 0]);
  });

  it('takes a nested repository, and refuses bad names before it asks anybody', async () => {
    const { get, nodes, standIn } = usageOver({ nodes: { 'node-1': running(PLAIN) } });
    expect((await get(`/usage/shop/apps/web/${PLAIN}`)).status).toBe(200);
    nodes.reads.length = 0;
    const before = standIn?.calls.length;
    expect((await get('/usage/shop/We%20b/v1')).status).toBe(422);
    expect([nodes.reads, standIn?.calls.length]).toEqual([[], before]);
  });
});
