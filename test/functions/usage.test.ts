import { describe, expect, it } from 'vitest';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const sha = (digit: string) => `sha256:${digit.repeat(64)}`;
const WEB = 'harbor.example.test/shop/web';
const [CHILD, PLAIN, GONE] = ['2', '3', '4'].map(sha) as [string, string, string];

const registry = () =>
  keptRegistry([
    {
      name: 'shop',
      repositories: { web: [{ digest: PLAIN, tags: ['v1', 'stable'] }] },
    },
  ]);

const imageOf = (digest: string) =>
  imageRow({
    id: configDigestOf(digest).slice('sha256:'.length),
    repo_digests: [`${WEB}@${digest}`],
  });
const running = (digest: string) => {
  const image = imageOf(digest);
  const container = containerRow({
    name: 'app',
    image_ref: `sha256:${image.id}`,
    namespace: 'shop',
    pod: 'web-7d9f',
    created_at: '2026-11-01T08:00:00Z',
  });
  return { images: [image], containers: [container] };
};

function usageOver(byName: NodesByName) {
  const nodes = nodesOf(byName);
  const service = createService({
    nodes,
    harbor: { registry: registry() },
    config: {
      harbor_config: LOGIN,
    },
  });
  return { ...service, nodes };
}

describe('GET /usage/{project}/{repository}/{reference}', () => {
  it('answers who uses an artifact, where, and since when', async () => {
    const { json } = usageOver({
      'node-1': running(PLAIN),
      'node-2': { images: [imageOf(PLAIN), imageOf(CHILD)] },
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
    ['in the repository', `/usage/shop/web/${GONE}`],
    ['because the repository does not exist', `/usage/shop/nowhere/${GONE}`],
    ['because the project does not exist', `/usage/nowhere/web/${GONE}`],
  ])('answers by digest when Harbor has no such artifact %s', async (_, path) => {
    const { json } = usageOver({ 'node-1': running(GONE) });
    expect(await json(path)).toMatchObject({
      digest: GONE,
      in_registry: false,
      uses: [{ node: 'node-1', container: 'app', match: 'artifact' }],
    });
  });

  it('asks Harbor and the nodes anew with no-cache', async () => {
    const { get, standIn, nodes } = usageOver({ 'node-1': running(PLAIN) });
    const lists = () => standIn?.calls.filter(({ list }) => list === 'artifacts').length;
    await get('/usage/shop/web/v1');
    await get('/usage/shop/web/v1');
    const shared = lists();
    await get('/usage/shop/web/v1', { headers: { 'Cache-Control': 'no-cache' } });
    expect([shared, lists(), nodes.reads.at(-1)?.maxAgeMs]).toEqual([1, 2, 0]);
  });

  it('takes a nested repository, and refuses bad names before it asks anybody', async () => {
    const { get, nodes, standIn } = usageOver({ 'node-1': running(PLAIN) });
    expect((await get(`/usage/shop/apps/web/${PLAIN}`)).status).toBe(200);
    nodes.reads.length = 0;
    const before = standIn?.calls.length;
    expect((await get('/usage/shop/We%20b/v1')).status).toBe(422);
    expect([nodes.reads, standIn?.calls.length]).toEqual([[], before]);
  });
});
