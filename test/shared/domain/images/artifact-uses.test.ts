import { describe, expect, it } from 'vitest';
import { artifactUses } from '../../../../shared/domain/images/artifact-uses.ts';
import { indexedHosts } from '../../../../shared/domain/images/host-index.ts';
import type { UsageArtifact } from '../../../../shared/domain/images/usage-artifact.ts';
import { createMemo } from '../../../../shared/node/sharing/memo.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { type NodesByName, nodesOf, unreachable } from '../../../support/nodes.ts';

const hex = (digit: string) => digit.repeat(64);
const ARTIFACT = `sha256:${hex('b')}`;
const CHILD = `sha256:${hex('1')}`;
const INDEX = `sha256:${hex('2')}`;
const OTHER = `sha256:${hex('f')}`;
const ID = hex('9');
const WEB = 'harbor.example.test/shop/web';

const artifact: UsageArtifact = {
  digest: ARTIFACT,
  partDigests: [CHILD],
  indexDigests: [INDEX],
  repository: 'shop/web',
  tags: ['v1'],
  registries: ['harbor.example.test', 'mirror:5000'],
};

const web = containerRow({
  name: 'app',
  image_ref: `sha256:${ID}`,
  image: `${WEB}:v1`,
  namespace: 'shop',
  pod: 'web-7d9f',
  created_at: '2026-11-01T08:00:00Z',
});

async function usesOf(nodes: NodesByName, of: Partial<UsageArtifact> = {}) {
  const { nodes: states } = await nodesOf(nodes).read({ allowStale: true });
  return artifactUses(indexedHosts(createMemo(), states), { ...artifact, ...of });
}

describe('artifactUses', () => {
  it('names node, namespace, pod, container, state, since when, and what matched', async () => {
    const image = imageRow({ id: ID, repo_digests: [`${WEB}@${ARTIFACT}`] });
    expect(await usesOf({ 'node-1': { images: [image], containers: [web] } })).toEqual([
      {
        node: 'node-1',
        namespace: 'shop',
        pod: 'web-7d9f',
        container: 'app',
        state: 'running',
        since: '2026-11-01T08:00:00Z',
        match: 'artifact',
        image: `${WEB}@${ARTIFACT}`,
      },
    ]);
  });

  it.each([
    ['its digest', { repo_digests: [`${WEB}@${ARTIFACT}`] }, 'artifact', `${WEB}@${ARTIFACT}`],
    ['its digest elsewhere', { repo_digests: [`x/y@${ARTIFACT}`] }, 'artifact', `x/y@${ARTIFACT}`],
    ['a child of it', { repo_digests: [`${WEB}@${CHILD}`] }, 'child', `${WEB}@${CHILD}`],
    ['an index of it', { repo_digests: [`${WEB}@${INDEX}`] }, 'index', `${WEB}@${INDEX}`],
    [
      'the closest of several digests',
      { repo_digests: [`${WEB}@${INDEX}`, `${WEB}@${CHILD}`, `${WEB}@${ARTIFACT}`] },
      'artifact',
      `${WEB}@${ARTIFACT}`,
    ],
    ['its name', { repo_tags: [`${WEB}:v1`] }, 'name', `${WEB}:v1`],
    [
      'its name under an alias with a port',
      { repo_tags: ['mirror:5000/shop/web:v1'] },
      'name',
      'mirror:5000/shop/web:v1',
    ],
    ['its digest as id, as Docker has it', { id: hex('b') }, 'artifact', ARTIFACT],
    [
      'its name where cri-dockerd has no digest',
      { repo_tags: [`${WEB}:v1`], repo_digests: ['<none>@<none>'] },
      'name',
      `${WEB}:v1`,
    ],
  ])('matches an image by %s', async (_, fields, match, image) => {
    const uses = await usesOf({ 'node-1': { images: [imageRow(fields)] } });
    expect(uses).toEqual([expect.objectContaining({ match, image })]);
  });

  it.each([
    [
      'another digest under its name',
      { repo_tags: [`${WEB}:v1`], repo_digests: [`${WEB}@${OTHER}`] },
    ],
    ['another tag', { repo_tags: [`${WEB}:v2`] }],
    ['its name in another registry', { repo_tags: ['docker.io/shop/web:v1'] }],
    ['a longer repository', { repo_tags: ['harbor.example.test/my/shop/web:v1'] }],
    [
      'its digest as the id of an image that has a digest',
      { id: hex('b'), repo_digests: [`x@${OTHER}`] },
    ],
  ])('does not match an image by %s', async (_, fields) => {
    expect(await usesOf({ 'node-1': { images: [imageRow(fields)] } })).toEqual([]);
  });

  it('matches an image of an index that is gone by the configuration of the artifact', async () => {
    const image = imageRow({ id: ID, repo_digests: [`${WEB}@${OTHER}`] });
    const uses = await usesOf(
      { 'node-1': { images: [image], containers: [web] } },
      { configDigests: [`sha256:${ID}`] },
    );
    expect(uses).toEqual([
      expect.objectContaining({ container: 'app', match: 'artifact', image: `sha256:${ID}` }),
    ]);
  });

  it('finds a container whose image the host no longer lists', async () => {
    const containers = [containerRow({ ...web, image_ref: `${WEB}@${CHILD}` })];
    expect(await usesOf({ 'node-1': { containers } })).toEqual([
      expect.objectContaining({ container: 'app', match: 'child', image: `${WEB}@${CHILD}` }),
    ]);
  });

  it('shows an image without a container as a row without one', async () => {
    const image = imageRow({ repo_digests: [`${WEB}@${ARTIFACT}`] });
    expect(await usesOf({ 'node-1': { images: [image] } })).toEqual([
      {
        node: 'node-1',
        namespace: null,
        pod: null,
        container: null,
        state: null,
        since: null,
        match: 'artifact',
        image: `${WEB}@${ARTIFACT}`,
      },
    ]);
  });

  it('orders by node, namespace, pod and container, with images without a container last', async () => {
    const used = imageRow({ id: ID, repo_digests: [`${WEB}@${ARTIFACT}`] });
    const held = imageRow({ id: hex('8'), repo_digests: [`${WEB}@${INDEX}`] });
    const containers = [
      containerRow({ ...web, namespace: 'team', pod: 'a', name: 'one' }),
      containerRow({ ...web, namespace: 'shop', pod: 'b', name: 'two' }),
      containerRow({
        ...web,
        namespace: 'shop',
        pod: 'a',
        name: 'three',
        state: 'CONTAINER_EXITED',
      }),
      containerRow({ ...web, namespace: 'shop', pod: 'a', name: 'four' }),
    ];
    const uses = await usesOf({
      'node-2': { images: [held] },
      'node-1': { images: [held, used], containers },
    });
    expect(uses.map(({ node, container, state }) => [node, container, state])).toEqual([
      ['node-1', 'four', 'running'],
      ['node-1', 'three', 'exited'],
      ['node-1', 'two', 'running'],
      ['node-1', 'one', 'running'],
      ['node-1', null, null],
      ['node-2', null, null],
    ]);
  });

  it('counts stale readings, and what a node with several runtimes shows', async () => {
    const images = [imageRow({ id: ID, repo_digests: [`${WEB}@${ARTIFACT}`] })];
    const uses = await usesOf({
      'node-1': { stale: { images, containers: [web] } },
      'node-2': { images, containers: [web], ambiguous: ['/run/a.sock', '/run/b.sock'] },
      'node-3': unreachable('node-3'),
    });
    expect(uses.map(({ node }) => node)).toEqual(['node-1', 'node-2']);
  });

  it('says nothing of pods where the bridge is of the previous version', async () => {
    const images = [imageRow({ id: ID, repo_digests: [`${WEB}@${ARTIFACT}`] })];
    const containers = [containerRow({ name: 'app', image_ref: ID })];
    const [use] = await usesOf({ 'node-1': { images, containers, facts: null } });
    expect(use).toMatchObject({ container: 'app', namespace: null, pod: null, since: null });
  });
});
