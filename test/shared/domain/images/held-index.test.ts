/** What nodes hold, by what their runtimes say: containerd, CRI-O and cri-dockerd. */
import { describe, expect, it } from 'vitest';
import { createKnownManifests } from '../../../../shared/adapters/harbor/http/known-manifests.ts';
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

/** Configurations of which this one is that of the artifact's child, and this one that of something else. */
function configsWith(own: string | null, other: string | null = null) {
  const known = createKnownManifests();
  if (own !== null) known.add(digest('2'), { configDigest: `sha256:${own}` });
  if (other !== null) known.add(digest('0'), { configDigest: `sha256:${other}` });
  return known;
}

/** `held`, and with containers `used`; `needed` by the runtime itself. */
function holding(
  images: readonly HostImage[],
  containers: readonly HostContainer[] = [],
  configs = configsWith(null),
) {
  const { holdersIn } = indexOf(images, containers);
  return holdersIn(
    'shop/web',
    ARTIFACTS,
    configs,
  )(ARTIFACT).map((holder) => {
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
    ['held, perhaps'],
  ],
  [
    'its name and the <none> digest of cri-dockerd',
    imageRow({ repo_tags: ['shop/web:v1'], repo_digests: ['<none>@<none>'] }),
    ['held, perhaps'],
  ],
  [
    'any other image without a digest',
    imageRow({ repo_tags: ['r.test/other/tool:v1'] }),
    ['held, perhaps'],
  ],
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
    ['used, perhaps'],
  ],
  ['an id, and another name', { image_ref: ID, image: 'r.test/shop/api:v1' }, ['used, perhaps']],
  ['an id, and its digest', { image_ref: ID, image: `x/y@${digest('1')}` }, ['used']],
  ['a name of its repository', { image_ref: 'r.test/shop/web:v9' }, ['used']],
  ['a name without a registry', { image_ref: 'web:v1' }, []],
])('a container whose image is not listed, with %s', (_, reference, expected) => {
  expect(holding([], [containerRow(reference)])).toEqual(expected);
});

describe('an image without a digest', () => {
  const bare = imageRow({ id: ID, repo_tags: ['registry.test/shop/web:v1'] });
  const user = containerRow({ image_ref: ID, image: 'registry.test/shop/web:v1' });
  const foreign = { ...bare, repo_tags: ['r.test/other/tool:v1'] };
  const unlisted = { ...user, image: '' };
  const other = '9'.repeat(64);

  it.each([
    ['its id is the configuration', [bare], configsWith(ID), ['used']],
    ['its id is, under a foreign name', [foreign], configsWith(ID), ['used']],
    ['its id is, and it is not listed', [], configsWith(ID), ['used']],
    ['its id is another one', [bare], configsWith(other), []],
    ['its id is another one, and it is not listed', [], configsWith(other), []],
    ['nothing is known', [foreign], configsWith(null), ['used, perhaps']],
    ['its id is that of another artifact', [foreign], configsWith(null, ID), []],
    ['the same, but it has the name', [bare], configsWith(null, ID), ['used, perhaps']],
  ])('%s', (_, images, configs, expected) => {
    const [first = bare] = images;
    const container = images.length === 0 ? unlisted : { ...user, image: first.repo_tags[0] ?? '' };
    expect(holding(images, [container], configs)).toEqual(expected);
  });

  it('is named after repositories, by itself or by a pod', () => {
    const { bare: found } = indexOf([foreign], [user]);
    expect([...found.ids]).toEqual([ID]);
    expect(['other/tool', 'shop/web', 'shop/api'].map(found.isNamed)).toEqual([true, true, false]);
  });
});

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
    const of = (config: string) => holding([gone], [user], configsWith(config));
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
  expect(
    holdersIn(repository, [ARTIFACT], configsWith(null, 'a'.repeat(64)))(ARTIFACT),
  ).toHaveLength(1);
});

it('a container without any name or id may use anything', () => {
  const container = containerRow({ image_ref: ID.slice(0, 13), image: '' });

  expect(indexOf([], [container]).unclear).toEqual([{ node: 'node-1', container }]);
  expect(indexOf([image], [containerRow({ image_ref: ID })]).unclear).toEqual([]);
  expect(indexOf([], [containerRow({ image_ref: ID })]).unclear).toEqual([]);
  expect(indexOf([], [containerRow({ image_ref: 'web:v1' })]).unclear).toEqual([]);
});

it('a node that could not be read holds nothing that is known', () => {
  const { holdersIn } = heldIndex([{ name: 'node-2', reading: null }], noMemo);
  expect(holdersIn('shop/web', ARTIFACTS, configsWith(null))(ARTIFACT)).toEqual([]);
});
