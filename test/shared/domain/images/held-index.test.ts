/** What nodes hold, by what their runtimes say: containerd, CRI-O and cri-dockerd. */
import { describe, expect, it } from 'vitest';
import { type HeldArtifact, heldIndex } from '../../../../shared/domain/images/held-index.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import { noMemo } from '../../../../shared/ports/services.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { digest } from '../../../support/pushes.ts';

const ID = 'd'.repeat(64);
const ARTIFACT: HeldArtifact = { digest: digest('1'), tags: ['v1'], children: [digest('2')] };
/** All that the repository has; the last one is an index that shares a child with the first. */
const ARTIFACTS: readonly HeldArtifact[] = [
  ARTIFACT,
  { digest: digest('3'), tags: [], children: [] },
  { digest: digest('4'), tags: [], children: [digest('2'), digest('5')] },
];

function indexOf(images: readonly HostImage[], containers: readonly HostContainer[] = []) {
  const reading = { facts: null, images, containers };
  return heldIndex([{ name: 'node-1', reading }], noMemo);
}

/** `held`, and with containers `used`; `needed` by the runtime itself. */
function holding(
  images: readonly HostImage[],
  containers: readonly HostContainer[] = [],
  artifact = ARTIFACT,
) {
  const { holdersIn } = indexOf(images, containers);
  return holdersIn(
    'shop/web',
    ARTIFACTS,
  )(artifact).map((holder) => {
    const doubt = holder.isDoubtful ? ', perhaps' : '';
    if (holder.isNeeded) return `needed${doubt}`;
    return `${holder.containers.length > 0 ? 'used' : 'held'}${doubt}`;
  });
}

const named = (name: string, letter = '1') =>
  imageRow({ repo_digests: [`${name}@${digest(letter)}`] });

it.each([
  ['its digest', named('registry.test:9443/shop/web'), ['held']],
  ['its digest under another name', named('mirror.test/library/web'), ['held']],
  ["its child's digest", named('registry.test/shop/web', '2'), ['held']],
  ['another digest of its repository', named('registry.test/shop/web', '3'), []],
  [
    'its tag, but another digest',
    imageRow({
      repo_tags: ['registry.test/shop/web:v1'],
      repo_digests: [`registry.test/shop/web@${digest('3')}`],
    }),
    [],
  ],
  [
    'its name without a digest',
    imageRow({ repo_tags: ['registry.test:9443/shop/web:v1'] }),
    ['held'],
  ],
  [
    'its name and the <none> digest of cri-dockerd',
    imageRow({ repo_tags: ['shop/web:v1'], repo_digests: ['<none>@<none>'] }),
    ['held'],
  ],
  [
    'the name of a repository that ends alike',
    imageRow({ repo_tags: ['r.test/workshop/web:v1'] }),
    [],
  ],
  ['another tag without a digest', imageRow({ repo_tags: ['registry.test/shop/web:v2'] }), []],
  ['its digest as id, as Docker has it', { ...named('x', '3'), id: '1'.repeat(64) }, ['held']],
  ['it pinned', { ...named('registry.test/shop/web'), pinned: true }, ['needed']],
])('a node with %s', (_, image, expected) => {
  expect(holding([image])).toEqual(expected);
});

const image = imageRow({ id: ID, repo_digests: [`registry.test/shop/web@${digest('1')}`] });

it.each([
  ['the id of its image (containerd)', { image_ref: `sha256:${ID}` }],
  ['a digest (CRI-O)', { image_ref: `registry.test/shop/web@${digest('1')}` }],
  ['a digest with a scheme (cri-dockerd)', { image_ref: `docker-pullable://x@${digest('1')}` }],
])('a container that names %s uses it', (_, reference) => {
  expect(holding([image], [containerRow(reference)])).toEqual(['used']);
});

it.each([
  ['a digest', { image_ref: `registry.test/shop/web@${digest('1')}` }, ['used']],
  ['a child', { image_ref: `registry.test/shop/web@${digest('2')}` }, ['used']],
  [
    'an id, and the name of its repository',
    { image_ref: ID, image: 'r.test/shop/web:v9' },
    ['used'],
  ],
  ['an id, and another name', { image_ref: ID, image: 'r.test/shop/api:v1' }, []],
  ['a name without a registry', { image_ref: 'web:v1' }, []],
])('a container whose image is not listed, with %s', (_, reference, expected) => {
  expect(holding([], [containerRow(reference)])).toEqual(expected);
});

it.each([
  ['its tag', 'registry.test/shop/web:v1', ['used']],
  ['another tag, which may have moved', 'registry.test/shop/web:v2', ['used']],
  ['another repository', 'registry.test/shop/api:v1', []],
])(
  'a container whose image has neither digest nor tag, whose pod named %s',
  (_, name, expected) => {
    const container = containerRow({ image_ref: ID, image: name });

    expect(holding([imageRow({ id: ID })], [container])).toEqual(expected);
  },
);

describe('an image whose digest the repository does not have', () => {
  const gone = named('registry.test/shop/web', '9');
  const user = containerRow({ image_ref: gone.id });

  it.each([
    ['no container uses it', [gone], [], []],
    ['a container uses it', [gone], [user], ['used, perhaps']],
    ['it is pinned', [{ ...gone, pinned: true }], [], ['needed, perhaps']],
    ['it has the tag', [{ ...gone, repo_tags: ['r.test/shop/web:v1'] }], [], ['held, perhaps']],
    ['it is of another repository', [named('registry.test/shop/api', '9')], [user], []],
    [
      'the node no longer lists it',
      [],
      [containerRow({ image_ref: `registry.test/shop/web@${digest('9')}` })],
      ['used, perhaps'],
    ],
  ])('may be an index that contained the artifact: %s', (_, images, containers, expected) => {
    expect(holding(images, containers)).toEqual(expected);
  });

  it('is told by its id once the configurations of the artifact are known', () => {
    const of = (config: string) =>
      holding([gone], [user], { ...ARTIFACT, configDigests: [`sha256:${config}`] });
    expect(of(gone.id)).toEqual(['used']);
    expect(of('9'.repeat(64))).toEqual([]);
  });
});

it('an index that shares a child with the artifact holds it while a container uses the index', () => {
  const sharing = named('registry.test/shop/web', '4');
  expect(holding([sharing])).toEqual([]);
  expect(holding([sharing], [containerRow({ image_ref: sharing.id })])).toEqual(['used']);
});

it.each([
  ['docker.io/library/web:v1', 'library/web'],
  ['web:v1', 'library/web'],
  ['acme/web:v1', 'acme/web'],
])('the name %s is one of %s in any registry', (name, repository) => {
  const { holdersIn } = indexOf([imageRow({ repo_tags: [name] })]);
  expect(holdersIn(repository, [ARTIFACT])(ARTIFACT)).toHaveLength(1);
});

it('a container without any name may use anything', () => {
  const container = containerRow({ image_ref: ID, image: '' });

  expect(indexOf([], [container]).unclear).toEqual([{ node: 'node-1', container }]);
  expect(indexOf([imageRow({ id: ID })], [container]).unclear).toHaveLength(1);
  expect(indexOf([image], [container]).unclear).toEqual([]);
  expect(indexOf([], [containerRow({ image_ref: 'web:v1' })]).unclear).toEqual([]);
});

it('a node that could not be read holds nothing that is known', () => {
  const { holdersIn } = heldIndex([{ name: 'node-2', reading: null }], noMemo);
  expect(holdersIn('shop/web', ARTIFACTS)(ARTIFACT)).toEqual([]);
});
