import { describe, expect, it } from 'vitest';
import { imagesOnNodes } from '../../../../shared/domain/drift/images-on-nodes.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { type NodesByName, nodesOf, unreachable } from '../../../support/nodes.ts';

const ID = 'a'.repeat(64);
const DIGEST = `sha256:${'1'.repeat(64)}`;
const OTHER = `sha256:${'2'.repeat(64)}`;
const web = imageRow({
  id: ID,
  repo_tags: ['r.test/shop/web:v1'],
  repo_digests: [`r.test/shop/web@${DIGEST}`],
});

const read = async (nodes: NodesByName, namespace?: string) =>
  imagesOnNodes((await nodesOf(nodes).read({ allowStale: true })).contents, namespace);

/** The names of the images that containers use, with the containers. */
const used = async (...args: Parameters<typeof read>) =>
  (await read(...args)).map(({ names, nodes, containers }) => ({
    names: names.map(({ repository, tag, digests }) => [repository, tag, ...digests].join(' ')),
    nodes,
    containers: containers.map(({ node, pod, container }) => `${node} ${pod}/${container}`),
  }));

describe('an image', () => {
  it('is one of all nodes that have it, with the containers of each', async () => {
    const container = containerRow({ image_ref: ID, pod: 'web-1', namespace: 'shop' });
    const found = await read({
      a: { images: [web], containers: [container] },
      b: { images: [{ ...web }], containers: [{ ...container, state: 'CONTAINER_EXITED' }] },
      c: { images: [web] },
    });
    expect(found).toMatchObject([
      {
        nodes: ['a', 'b', 'c'],
        containers: [
          { node: 'a', namespace: 'shop', pod: 'web-1', container: 'web', state: 'running' },
          { node: 'b', namespace: 'shop', pod: 'web-1', container: 'web', state: 'exited' },
        ],
      },
    ]);
  });

  it('of a stale reading counts, and an unreadable node has none', async () => {
    const found = await read({ a: { stale: { images: [web] } }, b: unreachable('b') });
    expect(found).toMatchObject([{ nodes: ['a'] }]);
  });

  it('of a node with several runtimes counts, because it is there', async () => {
    const found = await read({ a: { images: [web], ambiguous: ['unix:///a', 'unix:///b'] } });
    expect(found).toMatchObject([{ nodes: ['a'] }]);
  });
});

describe('a container finds its image', () => {
  const uses = [{ names: [`r.test/shop/web v1 ${DIGEST}`], containers: ['a null/web'] }];

  it.each([
    ['containerd, by the id', { image_ref: `sha256:${ID}` }],
    ['CRI-O, by the digest', { image_ref: `r.test/shop/web@${DIGEST}` }],
    ['CRI-O, by the id', { image_ref: ID }],
    ['cri-dockerd, by the id', { image_ref: `docker://sha256:${ID}` }],
    ['cri-dockerd, by the digest', { image_ref: `docker-pullable://r.test/shop/web@${DIGEST}` }],
    ['any runtime, by the name', { image_ref: 'r.test/shop/web:v1' }],
  ])('of %s', async (_, fields) => {
    const containers = [containerRow(fields)];
    expect(await used({ a: { images: [web], containers } })).toMatchObject(uses);
  });
});

describe('a container whose image is not in the list of its node', () => {
  const gone = async (fields: Parameters<typeof containerRow>[0]) =>
    (await used({ a: { images: [web], containers: [containerRow(fields)] } })).slice(1);

  it.each([
    [
      'the digest that it runs',
      { image_ref: `r.test/shop/api@${OTHER}`, image: 'r.test/shop/api:v1' },
      [`r.test/shop/api v1 ${OTHER}`],
    ],
    [
      'the digest of cri-dockerd',
      { image_ref: `docker-pullable://r.test/shop/api@${OTHER}` },
      [`r.test/shop/api  ${OTHER}`],
    ],
    [
      'the name that the pod gave',
      { image_ref: `sha256:${'9'.repeat(64)}`, image: 'r.test/shop/api' },
      ['r.test/shop/api latest'],
    ],
    ['nothing but an id', { image_ref: '9'.repeat(64), image: '9'.repeat(64) }, ['<none> ']],
  ])('counts as an image by %s', async (_, fields, names) => {
    expect(await gone(fields)).toEqual([{ names, nodes: ['a'], containers: ['a null/web'] }]);
  });
});

it('shows only the images of a namespace, with its containers', async () => {
  const api = imageRow({ id: 'b'.repeat(64), repo_tags: ['r.test/shop/api:v1'] });
  const containers = [
    containerRow({ image_ref: ID, pod: 'web-1', namespace: 'shop' }),
    containerRow({ image_ref: ID, pod: 'web-2', namespace: 'test' }),
    containerRow({ image_ref: api.id, pod: 'api-1', namespace: 'test' }),
  ];
  const found = await used({ a: { images: [web, api], containers }, b: { images: [web] } }, 'shop');
  expect(found).toEqual(
    [{ names: [`r.test/shop/web v1 ${DIGEST}`], nodes: ['a'], containers: ['a shop'] }].map(
      (row) => ({ ...row, containers: ['a web-1/web'] }),
    ),
  );
});
