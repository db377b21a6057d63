/** What /drift says of random images and registries, against what the registry really has. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareWithRegistry, toLookUp } from '../../../../shared/domain/drift/classification.ts';
import type { NamedImage } from '../../../../shared/domain/images/image-names.ts';
import { repositoryIndex } from '../../../../shared/domain/registry/repository-index.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import { listedArtifact } from '../../../support/registry-artifact.ts';

const DIGESTS = ['1', '2', '3', '4', '5', '6'].map((digit) => `sha256:${digit.repeat(64)}`);
const TAGS = ['v1', 'v2', 'v3'];
const PROBLEM = new Problem('harbor_error', 'Harbor failed.');

const digests = fc.uniqueArray(fc.constantFrom(...DIGESTS), { maxLength: 3 });
const image: fc.Arbitrary<NamedImage> = fc.record({
  repository: fc.constant('harbor.test/shop/web'),
  tag: fc.option(fc.constantFrom(...TAGS)),
  digests,
  otherDigests: fc.constant([]),
  imageId: fc.constant(null),
});
interface World {
  readonly artifacts: readonly { readonly digest: string; readonly children: readonly string[] }[];
  /** Positions of artifacts. */
  readonly tags: Readonly<Record<string, number>>;
  readonly unlisted: readonly string[];
  /** Whether single artifacts cannot be asked for. */
  readonly fails: boolean;
}

/** Tags move: each is that of one artifact. Some digests are in no list, but there. */
const registry: fc.Arbitrary<World> = fc.record({
  artifacts: fc.uniqueArray(fc.record({ digest: fc.constantFrom(...DIGESTS), children: digests }), {
    selector: ({ digest }) => digest,
    maxLength: 4,
  }),
  tags: fc.dictionary(fc.constantFrom(...TAGS), fc.nat(3)),
  unlisted: digests,
  fails: fc.boolean(),
});

function compare(one: NamedImage, world: World) {
  const artifacts = world.artifacts.map(({ digest, children }, index) =>
    listedArtifact(digest, {
      tags: Object.keys(world.tags).filter((tag) => world.tags[tag] === index),
      children: children.filter((child) => child !== digest),
    }),
  );
  const index = repositoryIndex(artifacts);
  const has = (text: string) => index.digests.has(text) || world.unlisted.includes(text);
  const found = new Map(
    toLookUp(one, index).map((text) => [text, world.fails ? PROBLEM : has(text)] as const),
  );
  const row = compareWithRegistry(one, {
    kind: 'listed',
    index,
    found,
    byId: new Map(),
  });
  const tagged = one.tag === null ? undefined : index.byTag.get(one.tag);
  return { ...row, has, tagged };
}

const always = (check: (one: NamedImage, world: World) => boolean) =>
  fc.assert(fc.property(image, registry, check), { numRuns: 500 });

it('says gone only if the registry has neither the tag nor any digest', () => {
  always((one, world) => {
    const { status, has, tagged } = compare(one, world);
    return status !== 'gone' || (tagged === undefined && !one.digests.some(has));
  });
});

it('never says gone, nor that an old digest is gone, if Harbor did not answer', () => {
  always((one, world) => {
    const { status, digest_gone } = compare(one, { ...world, fails: true });
    return status !== 'gone' && digest_gone !== true;
  });
});

it('says in_sync only if the registry has a digest of the image', () => {
  always((one, world) => {
    const { status, digest, has } = compare(one, world);
    return status !== 'in_sync' || (digest !== null && has(digest) && one.digests.includes(digest));
  });
});

it('says tag_moved only if the tag is there, and nothing of it is on the node', () => {
  always((one, world) => {
    const { status, tagged, registry_digest } = compare(one, world);
    if (status !== 'tag_moved') return true;
    const parts = [tagged?.digest, ...(tagged?.children ?? [])];
    return registry_digest === tagged?.digest && !one.digests.some((own) => parts.includes(own));
  });
});

it('says unknown only if Harbor failed, or the image has no digest', () => {
  always((one, world) => {
    const { status } = compare(one, world);
    return status !== 'unknown' || world.fails || one.digests.length === 0;
  });
});

it('comes across each status', () => {
  const statuses = new Set<string>();
  always((one, world) => statuses.add(compare(one, world).status) !== undefined);
  expect([...statuses].toSorted()).toEqual(['gone', 'in_sync', 'tag_moved', 'unknown', 'untagged']);
});
