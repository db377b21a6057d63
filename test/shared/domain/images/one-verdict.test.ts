/** All answers agree on random hosts and registries: usage ⊆ guard ⊆ held, and drift and the page of a node show uses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imagesOnNodes } from '../../../../shared/domain/drift/images-on-nodes.ts';
import { soughtArtifact } from '../../../../shared/domain/images/artifact-match.ts';
import { artifactUses } from '../../../../shared/domain/images/artifact-uses.ts';
import { heldIndex } from '../../../../shared/domain/images/held-index.ts';
import { hostIndex } from '../../../../shared/domain/images/host-index.ts';
import { hostUsage } from '../../../../shared/domain/images/host-usage.ts';
import { placeOf } from '../../../../shared/domain/images/image-names.ts';
import type { UsageArtifact } from '../../../../shared/domain/images/usage-artifact.ts';
import { nodeImageRows } from '../../../../shared/domain/nodes/node-rows.ts';
import { repositoryIndex } from '../../../../shared/domain/registry/repository-index.ts';
import { unusedArtifacts } from '../../../../shared/domain/unused/unused-artifacts.ts';
import { effectsOf } from '../../../../shared/domain/webhooks/event-effects.ts';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import type { RegistryArtifact } from '../../../../shared/ports/registry-artifact.ts';
import { withoutAlgorithm } from '../../../../shared/values/image-name.ts';
import { isProjectName, isRepositoryName } from '../../../../shared/values/names.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

const RUNS = Number(process.env['VERDICT_RUNS'] ?? 300);
const REGISTRIES = ['harbor.test', 'mirror.test:5000'];
const HOSTS = [...REGISTRIES, 'harbor.test:443', 'ghcr.io', 'deep.test/proxy'];
const PATHS = ['shop/web', 'shop/api'];
const TAGS = ['v1', 'v2', 'latest'];
const hex = (digit: string) => digit.repeat(64);
const DIGESTS = ['1', '2', '3', '4', '5', '6'].map((digit) => `sha256:${hex(digit)}`);
/** The configuration of each manifest. */
const CONFIGS = new Map(DIGESTS.map((digest, index) => [digest, hex('abcdef'[index] ?? '0')]));
const [project, repository] = ['shop', 'web'];

const path = fc
  .tuple(fc.constantFrom(...HOSTS), fc.constantFrom(...PATHS))
  .map(([host, at]) => `${host}/${at}`);
const digest = fc.constantFrom(...DIGESTS);
const id = fc.oneof(
  fc.constantFrom(...CONFIGS.values()),
  digest.map(withoutAlgorithm), // Docker with containerd's image store
  fc.constant(hex('9')),
);
const named = fc.tuple(path, fc.constantFrom(...TAGS)).map(([at, tag]) => `${at}:${tag}`);
const digested = fc.tuple(path, digest).map(([at, one]) => `${at}@${one}`);

const image: fc.Arbitrary<HostImage> = fc
  .record({
    id,
    repo_tags: fc.array(named, { maxLength: 2 }),
    repo_digests: fc.array(fc.oneof(digested, fc.constant('<none>@<none>')), { maxLength: 2 }),
    pinned: fc.boolean(),
  })
  .map((fields) => imageRow(fields));
const reference = fc.oneof(
  id,
  id.map((one) => `sha256:${one}`),
  digested,
  digested.map((one) => `docker-pullable://${one}`),
  named,
  path,
  fc.constant(''),
);
const container: fc.Arbitrary<HostContainer> = fc
  .record({ image_ref: reference, image: reference, name: fc.constantFrom('a', 'b') })
  .map((fields) => containerRow({ state: 'CONTAINER_RUNNING', ...fields }));
const host = fc.record({
  images: fc.uniqueArray(image, { maxLength: 4, selector: (one) => one.id }),
  containers: fc.array(container, { maxLength: 3 }),
});

/** A repository whose indexes share children. Each tag is of one artifact, and a manifest has a child in no case. */
const registry: fc.Arbitrary<readonly RegistryArtifact[]> = fc
  .record({
    indexes: fc.uniqueArray(fc.constantFrom(...DIGESTS.slice(0, 2)), { maxLength: 2 }),
    manifests: fc.uniqueArray(fc.constantFrom(...DIGESTS.slice(2)), { maxLength: 3 }),
    children: fc.uniqueArray(fc.constantFrom(...DIGESTS.slice(2)), { maxLength: 3 }),
    tags: fc.dictionary(fc.constantFrom(...TAGS), fc.nat(4)),
  })
  .map(({ indexes, manifests, children, tags }) =>
    [...indexes, ...manifests].map((one, index) => ({
      digest: one,
      type: 'IMAGE',
      tags: Object.keys(tags).filter((tag) => tags[tag] === index),
      immutableTags: [],
      children: indexes.includes(one) ? children : [],
      sizeBytes: 1,
      pushTime: null,
      pullTime: null,
    })),
  );

/** The artifact with all that the guard of a deletion reads of it. */
function known(artifact: RegistryArtifact, artifacts: readonly RegistryArtifact[]): UsageArtifact {
  const manifests = artifact.children.length > 0 ? artifact.children : [artifact.digest];
  return {
    digest: artifact.digest,
    tags: artifact.tags,
    partDigests: artifact.children,
    indexDigests: artifacts
      .filter(({ children }) => children.includes(artifact.digest))
      .map((one) => one.digest),
    repository: `${project}/${repository}`,
    knownDigests: repositoryIndex(artifacts).digests,
    configDigests: manifests.map((one) => `sha256:${CONFIGS.get(one)}`),
  };
}

const stateOf = (rows: { images: readonly HostImage[]; containers: readonly HostContainer[] }) => ({
  name: 'node-1',
  status: 'ok' as const,
  readAtMs: 0,
  ageMs: 0,
  problem: null,
  reading: { facts: null, ...rows },
});

type Rows = Parameters<typeof stateOf>[0];

const always = (check: (rows: Rows, artifacts: readonly RegistryArtifact[]) => void) =>
  fc.assert(fc.property(host, registry, check), { numRuns: RUNS });

const guardOf = (rows: Rows, artifact: UsageArtifact) =>
  hostUsage(hostIndex(rows), soughtArtifact(artifact)).usage;

const usesOf = (rows: Rows, artifact: UsageArtifact) =>
  artifactUses([stateOf(rows)], { ...artifact, registries: REGISTRIES });

describe('random hosts and registries', () => {
  it('what /usage shows as used, the guard of a deletion calls in_use', () => {
    always((rows, artifacts) => {
      for (const artifact of artifacts.map((one) => known(one, artifacts))) {
        const isUsed = usesOf(rows, artifact).some((use) => use.container !== null);
        expect(isUsed ? guardOf(rows, artifact) : 'in_use').toBe('in_use');
      }
    });
  });

  it('what the guard does not call absent is held, or some container is unclear', () => {
    always((rows, artifacts) => {
      const held = heldIndex({ nodes: [stateOf(rows)] }, hostIndex);
      const { digests } = repositoryIndex(artifacts);
      const free = artifacts.filter((artifact) => {
        const { children, tags, digest: own } = artifact;
        const { configDigests = null, indexDigests = [] } = known(artifact, artifacts);
        const at = { repository: 'shop/web', digest: own, tags };
        const sought = { ...at, children: [...children, ...indexDigests], configDigests };
        return held.holdersOf(sought, digests).length === 0;
      });
      const isClear = held.unclear.length === 0;
      const guards = free.map((one) => guardOf(rows, known(one, artifacts)));
      expect(isClear ? guards.filter((usage) => usage !== 'absent') : []).toEqual([]);
    });
  });

  it('an artifact that /harbor/unused lists is absent on every host, as far as lists can tell', () => {
    always((rows, artifacts) => {
      if (!isProjectName(project) || !isRepositoryName(repository)) throw new Error('names');
      const held = heldIndex({ nodes: [stateOf(rows)] }, hostIndex);
      const repositories = [{ at: { project, repository }, artifacts }];
      const rowsOfUnused = unusedArtifacts({ repositories, held, sinceMs: null });
      const unused = new Set(rowsOfUnused.map((row) => row.digest));
      const guards = artifacts
        .filter((one) => unused.has(one.digest))
        // Lists do not have configurations, so no answer from lists can know an image by its id.
        .map((one) => guardOf(rows, { ...known(one, artifacts), configDigests: [] }));
      const isClear = held.unclear.length === 0;
      expect(isClear ? guards.filter((usage) => usage === 'in_use') : []).toEqual([]);
    });
  });

  it('drift and the page of a node name only containers that use the image', () => {
    always((rows) => {
      const { containers } = hostIndex(rows);
      const used = new Set(containers.flatMap(({ images }) => images.map((one) => one.id)));
      const shown = nodeImageRows(rows, { matches: () => false, rowThatHides: () => null });
      expect(shown.filter((row) => row.in_use && !used.has(row.id))).toEqual([]);
      const reading = {
        nodes: [stateOf(rows)],
        complete: true,
        contents: {},
        spreadMs: 0,
      };
      const drifted = imagesOnNodes(reading).flatMap((one) => one.containers);
      const attributed = containers.reduce(
        (sum, { images }) => sum + Math.max(1, images.length),
        0,
      );
      expect(drifted).toHaveLength(attributed);
    });
  });

  it('what drift shows as used of the registry by its digest, /usage shows too', () => {
    always((rows, artifacts) => {
      const reading = { nodes: [stateOf(rows)], complete: true, contents: {}, spreadMs: 0 };
      const running = imagesOnNodes(reading).filter(({ containers }) => containers.length > 0);
      for (const artifact of artifacts) {
        const isDrifted = running.some(({ names }) =>
          names.some(({ repository: name, digests }) => {
            const place = placeOf(name, REGISTRIES);
            const isOurs = typeof place !== 'string' && place.repository === repository;
            return isOurs && digests.includes(artifact.digest);
          }),
        );
        const uses = usesOf(rows, known(artifact, artifacts));
        expect(isDrifted ? uses.some((use) => use.container !== null) : true).toBe(true);
      }
    });
  });

  it('an image of another registry is never gone', () => {
    const [event] = parseHarborDelivery({
      type: 'DELETE_ARTIFACT',
      occur_at: 1,
      event_data: {
        resources: [{ digest: DIGESTS[0], tag: 'v1' }],
        repository: { repo_full_name: 'shop/web' },
      },
    }).events;
    if (event === undefined) throw new Error('no event');
    always((rows) => {
      const hosts = { hosts: [{ node: 'node-1', ...rows }], unread: [] };
      const gone = effectsOf(event, hosts, REGISTRIES).filter(({ effect }) => effect === 'gone');
      const foreign = rows.images
        .flatMap(({ repo_digests }) => repo_digests)
        .concat(rows.containers.flatMap(({ image_ref, image: asked }) => [image_ref, asked]))
        .filter((name) => name.endsWith(`@${DIGESTS[0]}`))
        .every((name) => /ghcr\.io|deep\.test/.test(name));
      expect(foreign ? gone : []).toEqual([]);
    });
  });
});
