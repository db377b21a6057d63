/** Every answer says the same of a container that only its pod's name and an unknown image id identify. */
import { expect, it } from 'vitest';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const [OLD, NEW] = ['1', '2'].map((digit) => `sha256:${digit.repeat(64)}`) as [string, string];
const ID = 'b'.repeat(64);
const HOST = 'harbor.example.test';
const POLICY = { projects: ['shop'], tags: ['*'], untagged: true };

/** The registry moved `v1` from OLD to NEW. A node runs an image without a name, which its pod asked for as `v1`. */
function service() {
  const registry = new Registry({
    accounts: [{ name: 'keeper', password: 'keeper-password', kind: 'user' }],
    projects: [
      {
        name: 'shop',
        members: { keeper: 'maintainer' },
        repositories: {
          web: [
            { digest: OLD, tags: [], pushedAt: 0 },
            { digest: NEW, tags: ['v1'], pushedAt: 1 },
          ],
          api: [{ digest: `sha256:${'3'.repeat(64)}`, tags: ['v1'], pushedAt: 0 }],
        },
      },
    ],
  });
  const container = containerRow({
    name: 'app',
    image: `${HOST}/shop/web:v1`,
    image_ref: `sha256:${ID}`,
  });
  return createService({
    harbor: { registry },
    nodes: nodesOf({ 'node-1': { images: [imageRow({ id: ID })], containers: [container] } }),
    config: {
      app_config: { write_token: { ci: 'write-token' } },
      harbor_config: { harbor_username: 'keeper', harbor_password: 'keeper-password' },
    },
  });
}

const auth = { authorization: 'Bearer write-token' };

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
