/** Every answer says the same of an image that only its id, or only a name, identifies. */
import { describe, expect, it } from 'vitest';
import { apiError } from '../../demo/harbor/answer.ts';
import { configDigestOf } from '../../demo/harbor/manifests.ts';
import type { HostImage } from '../../shared/ports/bridge.ts';
import { withoutAlgorithm } from '../../shared/values/image-name.ts';
import { containerRow, imageRow } from '../support/host-rows.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { type NodesByName, nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

const [OLD, NEW, OTHER] = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`) as [
  string,
  string,
  string,
];
const HOST = 'harbor.example.test';
const LATEST = `${HOST}/shop/web:latest`;
const POLICY = { projects: ['shop'], tags: ['*'], untagged: true };

const auth = { authorization: 'Bearer write-token-of-test' };

interface World {
  readonly images: readonly HostImage[];
  /** The id of the image that a container uses. */
  readonly id: string;
  readonly areManifestsRead?: boolean;
}

/** The registry moved `latest` from OLD, which is also `1.0`, to NEW. The pod of a container asked for `latest`. */
function service({ images, id, areManifestsRead = true }: World) {
  const registry = keptRegistry([
    {
      name: 'shop',
      repositories: {
        web: [
          { digest: OLD, tags: ['1.0'], pushedAt: 0 },
          { digest: NEW, tags: ['1.1', 'latest'], pushedAt: 1 },
        ],
        api: [{ digest: OTHER, tags: ['v1'], pushedAt: 0 }],
      },
    },
  ]);
  const container = containerRow({ name: 'app', image: LATEST, image_ref: `sha256:${id}` });
  const refused = { answer: apiError(401, 'UNAUTHORIZED', 'unauthorized') };
  const made = createService({
    harbor: {
      registry,
      faults: ({ path }) => (areManifestsRead || !path.startsWith('/v2/') ? undefined : refused),
    },
    nodes: nodesOf({ 'node-1': { images, containers: [container] } }),
    config: {
      app_config: { write_token: { ci: 'write-token-of-test' } },
      harbor_config: LOGIN,
    },
  });
  const cleanup = async () => {
    const plan = await made.get('/harbor/cleanup?verbose=true', {
      method: 'POST',
      body: JSON.stringify({ policy: POLICY }),
      headers: { 'content-type': 'application/json', ...auth },
    });
    const { candidates, kept } = (await plan.json()) as Record<string, { digest: string }[]>;
    return { candidates: digestsOf(candidates), kept: digestsOf(kept) };
  };
  const unused = async () => {
    const answer = await made.json<Record<string, { digest: string }[]>>('/harbor/unused');
    return { unused: digestsOf(answer['artifacts']), leftOut: digestsOf(answer['left_out']) };
  };
  return { ...made, cleanup, unused };
}
const digestsOf = (rows: readonly { readonly digest: string }[] = []) =>
  rows.map(({ digest }) => digest).toSorted();
const planOf = (digest: string) => `/harbor/artifacts/shop/web/${digest}/deletion-plan`;

const ID = withoutAlgorithm(configDigestOf(OLD));
const UNKNOWN = 'b'.repeat(64);
const bare = (repo_tags: readonly string[], id = ID) => [
  imageRow({ id, repo_tags: [...repo_tags] }),
];

describe.each([
  ['has the name that moved on', bare([LATEST])],
  ['has the name of something else', bare(['elsewhere.test/tool:v1'])],
  ['has the name of another artifact', bare([`${HOST}/shop/api:v1`])],
  ['has no name', bare([])],
  [
    'is not listed',
    [imageRow({ id: 'c'.repeat(64), repo_digests: [`x@sha256:${'d'.repeat(64)}`] })],
  ],
])('an image without a digest that %s is what its id is', (_, images) => {
  const world = { images, id: ID };

  it('for the plan of a deletion, and for /usage', async () => {
    const { json } = service(world);
    const uses = [{ node: 'node-1', container: 'app', match: 'artifact' }];
    expect(await json(planOf(OLD))).toMatchObject({
      usage: 'in_use',
      uses,
      blockers: expect.arrayContaining([expect.objectContaining({ code: 'in_use' })]),
    });
    expect(await json(`/usage/shop/web/${OLD}`)).toMatchObject({ complete: true, uses });
    expect(await json(planOf(NEW))).toMatchObject({ usage: 'absent', uses: [] });
    expect(await json(`/usage/shop/web/${NEW}`)).toMatchObject({ complete: true, uses: [] });
  });

  it('for /drift, where it has a name of that repository', async () => {
    const { json } = service(world);
    const { images: rows } = await json<{ images: Record<string, unknown>[] }>('/drift');
    const ofWeb = rows.filter(({ tag }) => tag === 'latest');
    const moved = {
      status: 'tag_moved',
      digest: OLD,
      image_id: null,
      registry_digest: NEW,
      digest_gone: false,
    };
    expect(ofWeb).toEqual(ofWeb.map(() => expect.objectContaining(moved)));
  });

  it('for /harbor/unused and a cleanup', async () => {
    const { unused, cleanup } = service(world);
    expect(await unused()).toMatchObject({ unused: [NEW, OTHER], leftOut: [] });
    expect(await cleanup()).toEqual({ candidates: [NEW, OTHER], kept: [OLD] });
  });
});

describe.each([
  ['of which only the name of the pod is known', bare([])],
  ['that is named after another artifact', bare([`${HOST}/shop/api:v1`])],
])('an image %s', (_, images) => {
  it('is nothing that the registry has if its id is none of the configurations', async () => {
    const { json, unused } = service({ images: bare([LATEST], UNKNOWN), id: UNKNOWN });
    expect(await json(planOf(NEW))).toMatchObject({ usage: 'absent' });
    expect(await unused()).toMatchObject({ unused: [OLD, NEW, OTHER] });
  });

  it('may be anything if Harbor does not provide the manifests', async () => {
    const { json, unused, cleanup } = service({ images, id: ID, areManifestsRead: false });
    for (const digest of [OLD, NEW]) {
      const { usage } = await json<{ usage: string }>(planOf(digest));
      expect(['in_use', 'unknown']).toContain(usage);
    }
    expect(await unused()).toMatchObject({ unused: [], leftOut: [OLD, NEW, OTHER] });
    expect(await cleanup()).toEqual({ candidates: [], kept: [OLD, NEW, OTHER] });
  });
});

it('no manifest is read while every image has a digest', async () => {
  const images = [imageRow({ id: ID, repo_digests: [`${LATEST}@${OLD}`] })];
  const { json, unused, cleanup, standIn } = service({ images, id: ID });
  await json(planOf(OLD));
  await json(`/usage/shop/web/${NEW}`);
  await json('/drift');
  await unused();
  await cleanup();
  expect(standIn?.calls.filter(({ path }) => path.startsWith('/v2/'))).toEqual([]);
});

it('each manifest is read once, whoever asks, as Harbor itself reads it', async () => {
  const { json, unused, cleanup, standIn } = service({ images: bare([LATEST]), id: ID });
  await unused();
  await cleanup();
  for (const digest of [OLD, NEW]) await json(planOf(digest));
  await json('/drift');
  const calls = standIn?.calls ?? [];
  const isManifest = ({ path }: { readonly path: string }) => path.startsWith('/v2/');
  expect(calls.filter(isManifest)).toHaveLength(3);
  // To Harbor, a manifest that any other agent reads is a pull.
  const agentsOf = (some: typeof calls) => [
    ...new Set(some.map(({ headers }) => headers['user-agent'])),
  ];
  expect(agentsOf(calls.filter(isManifest))).toEqual(['harbor-registry-client']);
  expect(agentsOf(calls.filter((call) => !isManifest(call)))).toEqual(['image-api']);
});

/** An index is gone from the registry, but a node runs it; its child is left, without a tag. */
describe('a container of an index that is gone', () => {
  const [CHILD, SIBLING, GONE] = ['4', '5', '6'].map((digit) => `sha256:${digit.repeat(64)}`) as [
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
            repositories: { web: [{ digest: CHILD }, { digest: SIBLING, tags: ['v2'] }] },
          },
        ]),
      },
      nodes: nodesOf(nodes),
      config: {
        app_config: { write_token: { ci: 'write-token-of-test' } },
        harbor_config: LOGIN,
      },
    });

  it('uses the child by its configuration: its plan and /usage say so', async () => {
    const { json } = over();
    expect(await json(planOf(CHILD))).toMatchObject({ usage: 'in_use' });
    expect(await json(`/usage/shop/web/${CHILD}`)).toMatchObject({
      uses: [{ container: 'web', match: 'artifact' }],
    });
  });

  it('does not use another artifact, because its configuration differs', async () => {
    const { json } = over();
    expect(await json(planOf(SIBLING))).toMatchObject({ usage: 'absent' });
    expect(await json(`/usage/shop/web/${SIBLING}`)).toMatchObject({ uses: [] });
  });

  it('does not use it for /harbor/unused and a cleanup either', async () => {
    const { json, get } = over();
    const { artifacts } = await json<{ artifacts: { digest: string }[] }>('/harbor/unused');
    expect(artifacts.map(({ digest }) => digest)).toEqual([SIBLING]);
    const plan = await get('/harbor/cleanup?verbose=true', {
      method: 'POST',
      body: JSON.stringify({ policy: POLICY }),
      headers: { 'content-type': 'application/json', ...auth },
    });
    expect(await plan.json()).toMatchObject({
      candidates: [{ digest: SIBLING }],
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
    expect(await json(planOf(SIBLING))).toMatchObject({ usage: 'absent' });
    expect(await json(`/usage/shop/web/${CHILD}`)).toMatchObject({ uses: [{ container: 'web' }] });
  });
});
