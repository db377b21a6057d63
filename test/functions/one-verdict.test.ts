/** Every answer says the same of a container that only its pod's name and an unknown image id identify. */
import { describe, expect, it } from 'vitest';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const [OLD, NEW] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const ID = 'b'.repeat(64);
const HOST = 'harbor.example.test';
const POLICY = { projects: ['shop'], tags: ['*'], untagged: true };

/** The registry moved `v1` from OLD to NEW. A node runs an image without a name, which its pod asked for as `v1`. */
function service() {
  const registry = keptRegistry([
    {
      name: 'shop',
      repositories: {
        web: [
          { digest: OLD, tags: [], pushedAt: 0 },
          { digest: NEW, tags: ['v1'], pushedAt: 1 },
        ],
        api: [{ digest: `sha256:${'3'.repeat(64)}`, tags: ['v1'], pushedAt: 0 }],
      },
    },
  ]);
  const container = containerRow({
    name: 'app',
    image: `${HOST}/shop/web:v1`,
    image_ref: `sha256:${ID}`,
  });
  return createService({
    harbor: { registry },
    nodes: nodesOf({ 'node-1': { images: [imageRow({ id: ID })], containers: [container] } }),
    config: {
      app_config: { write_token: { ci: 'write-token-of-test' } },
      harbor_config: LOGIN,
    },
  });
}

const auth = { authorization: 'Bearer write-token-of-test' };

it.each([OLD, NEW])('it may use %s: the plan of its deletion says so', async (digest) => {
  const { json } = service();
  expect(await json(`/harbor/artifacts/shop/web/${digest}/deletion-plan`)).toMatchObject({
    usage: 'in_use',
    uses: [{ node: 'node-1', container: 'app', match: 'name' }],
    blockers: expect.arrayContaining([expect.objectContaining({ code: 'in_use' })]),
  });
});

it.each([OLD, NEW])('it may use %s: /usage says so', async (digest) => {
  const { json } = service();
  expect(await json(`/usage/shop/web/${digest}`)).toMatchObject({
    complete: true,
    uses: [{ node: 'node-1', container: 'app', match: 'name', image: `${HOST}/shop/web:v1` }],
  });
});

it('/harbor/unused lists neither, but what is of another repository', async () => {
  const { json } = service();
  const { artifacts } = await json<{ artifacts: { repository: string }[] }>('/harbor/unused');
  expect(artifacts.map(({ repository }) => repository)).toEqual(['api']);
});

it('a cleanup keeps both as in use', async () => {
  const { get } = service();
  const plan = await get('/harbor/cleanup?verbose=true', {
    method: 'POST',
    body: JSON.stringify({ policy: POLICY }),
    headers: { 'content-type': 'application/json', ...auth },
  });
  expect(await plan.json()).toMatchObject({
    candidates: [{ repository: 'api' }],
    kept: expect.arrayContaining(
      [OLD, NEW].map((digest) => expect.objectContaining({ digest, reason: 'in_use' })),
    ),
  });
});

it('the ids of the registry differ from the one of the node', () => {
  expect([OLD, NEW].map(configDigestOf)).not.toContain(`sha256:${ID}`);
});

/** An index is gone from the registry, but a node runs it; its child is left, without a tag. */
describe('a container of an index that is gone', () => {
  const [CHILD, OTHER, GONE] = ['4', '5', '6'].map((digit) => `sha256:${digit.repeat(64)}`) as [
    string,
    string,
    string,
  ];
  const running = imageRow({
    id: configDigestOf(CHILD).slice('sha256:'.length),
    repo_digests: [`${HOST}/shop/web@${GONE}`],
  });
  const node = { images: [running], containers: [containerRow({ image_ref: running.id })] };
  const over = (nodes: NodesByName = { 'node-1': node }) =>
    createService({
      harbor: {
        registry: keptRegistry([
          {
            name: 'shop',
            repositories: { web: [{ digest: CHILD }, { digest: OTHER, tags: ['v2'] }] },
          },
        ]),
      },
      nodes: nodesOf(nodes),
      config: {
        app_config: { write_token: { ci: 'write-token-of-test' } },
        harbor_config: LOGIN,
      },
    });
  const planOf = (digest: string) => `/harbor/artifacts/shop/web/${digest}/deletion-plan`;

  it('uses the child by its configuration: its plan and /usage say so', async () => {
    const { json } = over();
    expect(await json(planOf(CHILD))).toMatchObject({ usage: 'in_use' });
    expect(await json(`/usage/shop/web/${CHILD}`)).toMatchObject({
      uses: [{ container: 'web', match: 'artifact' }],
    });
  });

  it('does not use another artifact, because its configuration differs', async () => {
    const { json } = over();
    expect(await json(planOf(OTHER))).toMatchObject({ usage: 'absent' });
    expect(await json(`/usage/shop/web/${OTHER}`)).toMatchObject({ uses: [] });
  });

  it('does not use it for /harbor/unused and a cleanup either', async () => {
    const { json, get } = over();
    const { artifacts } = await json<{ artifacts: { digest: string }[] }>('/harbor/unused');
    expect(artifacts.map(({ digest }) => digest)).toEqual([OTHER]);
    const plan = await get('/harbor/cleanup?verbose=true', {
      method: 'POST',
      body: JSON.stringify({ policy: POLICY }),
      headers: { 'content-type': 'application/json', ...auth },
    });
    expect(await plan.json()).toMatchObject({
      candidates: [{ digest: OTHER }],
      kept_counts: { in_use: 1 },
    });
  });

  it('is gone in /drift', async () => {
    const { json } = over();
    expect(await json('/drift')).toMatchObject({ images: [{ status: 'gone', digest: GONE }] });
  });

  it('uses the child too when the node no longer lists the image, and the pod named another repository', async () => {
    const container = containerRow({ image_ref: `sha256:${running.id}`, image: 'quay.io/a/b:v1' });
    const images = [imageRow({ repo_tags: ['quay.io/a/c:v1'] })];
    const { json } = over({ 'node-1': { images, containers: [container] } });
    expect(await json(planOf(CHILD))).toMatchObject({
      usage: 'in_use',
      uses: [{ container: 'web', match: 'artifact' }],
    });
    expect(await json(planOf(OTHER))).toMatchObject({ usage: 'absent' });
    expect(await json(`/usage/shop/web/${CHILD}`)).toMatchObject({ uses: [{ container: 'web' }] });
  });
});
