/**
 * All answers agree on random hosts and registries: usage ⊆ guard ⊆ held, drift and the page of a node show uses, and
 * what is foreign is never gone. VERDICT_RUNS sets how many random cases are tried.
 */

import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { createKnownManifests } from '../../../../shared/adapters/harbor/http/known-manifests.ts';
import { holdingsIn } from '../../../../shared/domain/cleanup/holding.ts';
import { imagesOnNodes } from '../../../../shared/domain/drift/images-on-nodes.ts';
import { soughtArtifact } from '../../../../shared/domain/images/artifact-match.ts';
import { artifactUses } from '../../../../shared/domain/images/artifact-uses.ts';
import { withDoubtsDecided } from '../../../../shared/domain/images/doubts.ts';
import { heldIndex } from '../../../../shared/domain/images/held-index.ts';
import { hostIndex } from '../../../../shared/domain/images/host-index.ts';
import { hostUsage, otherDigestsInUse } from '../../../../shared/domain/images/host-usage.ts';
import { placeOf } from '../../../../shared/domain/images/image-names.ts';
import type { UsageArtifact } from '../../../../shared/domain/images/usage-artifact.ts';
import { nodeImageRows } from '../../../../shared/domain/nodes/node-rows.ts';
import { repositoryIndex } from '../../../../shared/domain/registry/repository-index.ts';
import { unusedArtifacts } from '../../../../shared/domain/unused/unused-artifacts.ts';
import { parseHarborDelivery } from '../../../../shared/domain/webhooks/harbor-event.ts';
import type { HostContainer, HostImage } from '../../../../shared/ports/bridge.ts';
import { contentsOf } from '../../../../shared/ports/nodes.ts';
import type { KnownConfigs } from '../../../../shared/ports/registry.ts';
import type { RegistryArtifact } from '../../../../shared/ports/registry-artifact.ts';
import { noMemo } from '../../../../shared/ports/services.ts';
import { withoutAlgorithm } from '../../../../shared/values/image-name.ts';
import { isProjectName, isRepositoryName } from '../../../../shared/values/names.ts';
import { effectsOfOne } from '../../../support/event-effects.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';
import { listedArtifact } from '../../../support/registry-artifact.ts';

const RUNS = Number(process.env['VERDICT_RUNS'] ?? 300);
vi.setConfig({ testTimeout: 60 * 60_000 });
/** The registry's own name, an alias with a port, and the one that short names have. */
const REGISTRIES = ['harbor.test', 'mirror.test:5000', 'docker.io'];
const PREFIXES = [
  ...REGISTRIES.map((one) => `${one}/`),
  ...['harbor.test:443/', 'Harbor.test/', 'ghcr.io/', 'deep.test/proxy/', ''],
];
const TAGS = ['v1', 'v2', 'latest'];
const hex = (digit: string) => digit.repeat(64);
const sha = (digit: string) => `sha256:${hex(digit)}`;
const INDEXES = [sha('1'), sha('2')];
/** The manifests with their configurations. Two have the same: one was pushed in two formats. */
const CONFIGS = new Map(['3', '4', '5', '6', '7'].map((one, at) => [sha(one), 'abcdd'[at] ?? '']));
const MANIFESTS = [...CONFIGS.keys()];

const name = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom('shop/web', 'shop/api', 'other/tool'))
  .map(([prefix, path]) => `${prefix}${path}`);
const digest = fc.constantFrom(...INDEXES, ...MANIFESTS);
const id = fc.oneof(
  fc.constantFrom(...CONFIGS.values()).map(hex),
  digest.map(withoutAlgorithm), // Docker with containerd's image store
  fc.constant(hex('9')),
);
const tagged = fc.tuple(name, fc.constantFrom(...TAGS)).map(([at, tag]) => `${at}:${tag}`);
const digested = fc.tuple(name, digest).map(([at, one]) => `${at}@${one}`);

const image: fc.Arbitrary<HostImage> = fc
  .record({
    id,
    repo_tags: fc.array(tagged, { maxLength: 2 }),
    repo_digests: fc.array(fc.oneof(digested, fc.constant('<none>@<none>')), { maxLength: 2 }),
    pinned: fc.boolean(),
  })
  .map((fields) => imageRow(fields));
const reference = fc.oneof(
  ...[id, id.map((one) => `sha256:${one}`), digested, tagged, name],
  digested.map((one) => `docker-pullable://${one}`),
  fc.constantFrom('', '<none>:<none>'),
);
const host = fc.record({
  images: fc.uniqueArray(image, { maxLength: 4, selector: (one) => one.id }),
  // Each has a name of its own, by which answers are compared.
  containers: fc
    .array(fc.record({ image_ref: reference, image: reference }), { maxLength: 3 })
    .map((all) => all.map((fields, at) => containerRow({ name: `container-${at}`, ...fields }))),
});

/** A repository whose indexes may share children. Each tag is of one artifact. */
const repository: fc.Arbitrary<readonly RegistryArtifact[]> = fc
  .record({
    indexes: fc.uniqueArray(
      fc.record({
        digest: fc.constantFrom(...INDEXES),
        children: fc.uniqueArray(fc.constantFrom(...MANIFESTS), { maxLength: 3 }),
      }),
      { maxLength: 2, selector: (index) => index.digest },
    ),
    manifests: fc.uniqueArray(fc.constantFrom(...MANIFESTS), { maxLength: 3 }),
    tags: fc.dictionary(fc.constantFrom(...TAGS), fc.nat(4)),
  })
  .map(({ indexes, manifests, tags }) =>
    [...indexes, ...manifests.map((one) => ({ digest: one, children: [] }))].map((one, at) =>
      listedArtifact(one.digest, {
        ...one,
        tags: Object.keys(tags).filter((tag) => tags[tag] === at),
      }),
    ),
  );

interface Rows {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
}
type Artifacts = readonly RegistryArtifact[];
/**
 * Which manifests Harbor provides: all, those of some artifacts, or none. `always`: a guard reads them although it does
 * not need them.
 */
type Configs = 'always' | 'if needed' | 'some' | 'never';
const isReadable = (one: string, configs: Configs) =>
  configs === 'some' ? /[357]/.test(one) : configs !== 'never';

/** Reads as a session does, and keeps what was read. */
function readerOf(configs: Configs) {
  const known = createKnownManifests();
  const read = (manifests: readonly string[]) => {
    if (!manifests.every((one) => isReadable(one, configs))) return null;
    for (const one of manifests) known.add(one, { configDigest: sha(CONFIGS.get(one) ?? '0') });
    return known.of(manifests);
  };
  return {
    configs: known,
    read,
    readConfigDigests: async (_: unknown, all: readonly string[]) => read(all),
  };
}
type Reader = ReturnType<typeof readerOf>;
const manifestsOf = ({ digest: own, children }: RegistryArtifact) =>
  children.length > 0 ? children : [own];

/** The artifact with all that is read of it for the guard of a deletion. */
function knownOf(
  artifact: RegistryArtifact,
  {
    rows,
    artifacts,
    configs,
    reader,
  }: { rows: Rows; artifacts: Artifacts; configs: Configs; reader: Reader },
) {
  const { digest: own, tags, children } = artifact;
  const parts = [own, ...children];
  const indexDigests = artifacts.filter((one) => one.children.includes(own)).map(digestOf);
  const about = { digest: own, tags, partDigests: children, repository: 'shop/web', indexDigests };
  const index = hostIndex(rows);
  const others = otherDigestsInUse(index, soughtArtifact(about));
  const sharing = artifacts
    .filter((one) => one.children.some((child) => parts.includes(child)))
    .map(digestOf)
    .filter((one) => others.includes(one));
  const { digests: knownDigests } = repositoryIndex(artifacts);
  const isRead =
    configs === 'always' || index.bareIds.size > 0 || others.some((one) => !knownDigests.has(one));
  const configDigests = isRead ? reader.read(manifestsOf(artifact)) : null;
  const isKnownId = (one: string) => reader.configs.hasId(one);
  const known = { configDigests, isKnownId };
  const shown: UsageArtifact = { ...about, ...known, registries: REGISTRIES };
  const related = { ...about, indexDigests: [...indexDigests, ...sharing] };
  const guarded: UsageArtifact = { ...related, ...known, knownDigests };
  return { shown, guarded };
}
const digestOf = ({ digest: own }: RegistryArtifact) => own;

/** What the answers say of all artifacts of a repository, from one reading of a node. */
async function answers(rows: Rows, artifacts: Artifacts, configs: Configs) {
  const [project, web] = ['shop', 'web'];
  if (!isProjectName(project) || !isRepositoryName(web)) throw new Error('not a name');
  const at = { project, repository: web };
  const times = { readAtMs: 0, ageMs: 0 };
  const reading = { facts: null, ...rows };
  const node = { name: 'node-1', status: 'ok' as const, ...times, problem: null, reading };
  const nodes = contentsOf([node]);
  const held = heldIndex(nodes, noMemo);
  const index = hostIndex(rows);
  const reader = readerOf(configs);
  const doubts = { registry: reader, held };
  const unusedBy = (known: KnownConfigs) =>
    unusedArtifacts({ repositories: [{ at, artifacts }], held, configs: known, sinceMs: null });
  const listed = (await withDoubtsDecided(doubts, unusedBy)).artifacts;
  const unused = new Set(listed.map((row) => row.digest));
  const holdings = await withDoubtsDecided(doubts, (known) => {
    const holdingOf = holdingsIn(held, { at, artifacts }, known);
    const doubted = artifacts.filter((one) => holdingOf(one)?.isDoubtful);
    return { holdingOf, doubted: doubted.map((artifact) => ({ at, artifact })) };
  });
  return {
    isClear: held.unclear.length === 0,
    drifted: imagesOnNodes(nodes),
    index,
    artifacts: artifacts.map((artifact) => {
      const { shown, guarded } = knownOf(artifact, { rows, artifacts, configs, reader });
      const guard = hostUsage(index, soughtArtifact(guarded)).usage;
      return {
        artifact,
        uses: artifactUses([{ node: 'node-1', index }], shown),
        isBlocked: guard === 'in_use' || guard === 'unknown',
        guard,
        isUnused: unused.has(artifact.digest),
        isKept: holdings.holdingOf(artifact) !== null,
        isChild: artifacts.some(({ children }) => children.includes(artifact.digest)),
        isHeld: held.holdersIn('shop/web', artifacts, reader.configs)(artifact).length > 0,
        kinds: [artifact.digest, ...shown.partDigests, ...(shown.indexDigests ?? [])],
      };
    }),
  };
}

type Answers = Awaited<ReturnType<typeof answers>>;
type OfArtifact = Answers['artifacts'][number];

/** Asserts that no artifact of any random case is an exception. `expect` would take most of the time. */
function never(
  configs: Configs,
  isException: (one: OfArtifact, all: Answers) => boolean,
  hosts = host,
): Promise<void> {
  const check = async (rows: Rows, artifacts: Artifacts) => {
    const all = await answers(rows, artifacts, configs);
    return !all.artifacts.some((one) => isException(one, all));
  };
  return fc.assert(fc.asyncProperty(hosts, repository, check), { numRuns: RUNS });
}

/** The containers of the uses, by name. */
const usersIn = ({ uses }: OfArtifact) => uses.flatMap(({ container }) => container ?? []);

describe.each<Configs>(['always', 'if needed', 'some', 'never'])('with manifests %s', (configs) => {
  it('the guard of a deletion calls in_use what /usage shows as used', async () => {
    await never(configs, (one) => usersIn(one).length > 0 && one.guard !== 'in_use');
  });

  it('what the guard refuses is held, or a container may use anything', async () => {
    await never(configs, ({ isBlocked, isHeld, isChild }, { isClear }) => {
      return isBlocked && isClear && !isHeld && !isChild;
    });
  });
});

/** Nodes whose images have no digest, under names that need not be theirs, and containers that name their ids. */
const bareHost = fc
  .record({
    images: fc.uniqueArray(image, { maxLength: 4, selector: (one) => one.id }),
    users: fc.array(fc.record({ image_ref: id, image: fc.oneof(tagged, fc.constant('')) }), {
      maxLength: 3,
    }),
  })
  .map(({ images, users }) => ({
    images: images.map((one) => ({ ...one, repo_digests: [], pinned: false })),
    containers: users.map((fields, at) => containerRow({ name: `container-${at}`, ...fields })),
  }));

describe('an image without a digest', () => {
  /** The ids that are the artifact: configurations, and digests where Docker has them as ids. */
  const idsOf = ({ artifact, kinds }: OfArtifact) => [
    ...manifestsOf(artifact).map((one) => hex(CONFIGS.get(one) ?? '')),
    ...kinds.map(withoutAlgorithm),
  ];
  const isRun = (one: OfArtifact, { index }: Answers) =>
    index.containers.some(({ row }) => idsOf(one).includes(row.image_ref));

  it('is the artifact of its id, whatever its names are, in every answer', async () => {
    const isMissed = (one: OfArtifact, all: Answers) =>
      isRun(one, all) &&
      (one.guard !== 'in_use' || usersIn(one).length === 0 || one.isUnused || !one.isKept);
    await never('if needed', isMissed, bareHost);
  });

  it('is no other artifact, whatever its names are, in any answer', async () => {
    const isInvented = (one: OfArtifact, all: Answers) =>
      !isRun(one, all) && (one.isBlocked || usersIn(one).length > 0);
    await never('if needed', isInvented, bareHost);
  });

  it('is held by nothing that differs: without children, /harbor/unused and a cleanup say so', async () => {
    const isInvented = (one: OfArtifact, { index, artifacts }: Answers) =>
      artifacts.every(({ artifact }) => artifact.children.length === 0) &&
      idsOf(one).every((own) => !index.bareIds.has(own)) &&
      (!one.isUnused || one.isKept);
    await never('if needed', isInvented, bareHost);
  });

  it('is doubt for what Harbor does not provide the manifest of, until its id is known', async () => {
    const isForgotten = (one: OfArtifact, { index }: Answers) =>
      index.bareIds.size > 0 && (!one.isBlocked || one.isUnused || !one.isKept);
    await never('never', isForgotten, bareHost);
  });
});

// A guard reads configurations if a digest in use is not in the repository; lists read those in doubt.
describe.each<Configs>(['if needed', 'some', 'never'])(
  'with manifests in doubt, read %s',
  (configs) => {
    it('/harbor/unused lists nothing that the guard would refuse', async () => {
      await never(
        configs,
        ({ isBlocked, isUnused }, { isClear }) => isBlocked && isUnused && isClear,
      );
    });

    it('a cleanup chooses nothing that the guard would refuse', async () => {
      await never(configs, ({ isBlocked, isKept, isChild }) => isBlocked && !isKept && !isChild);
    });

    it('/harbor/unused lists nothing that /usage shows, and what a cleanup may choose', async () => {
      await never(configs, ({ uses, isUnused, isKept, isChild }, { isClear }) => {
        const isShown = uses.length > 0 && isUnused;
        return isClear && (isShown || (!isChild && isUnused === isKept));
      });
    });
  },
);

it('drift shows a container with the digest of what it uses and no other, or without one as unknown', async () => {
  await never('never', (one, { drifted }) => {
    const byDigest = one.uses.filter(({ match }) => match !== 'name');
    const users = byDigest.flatMap(({ container }) => container ?? []);
    // Drift does not show what only an id tells, because it is not asked for here.
    const named = byDigest.filter(({ image: by }) => !by.startsWith('sha256:'));
    const namedUsers = named.flatMap(({ container }) => container ?? []);
    const usersWith = (isWanted: (digests: readonly string[]) => boolean) =>
      drifted
        .filter(({ names }) => isWanted(names.flatMap((of) => [...of.digests, ...of.otherDigests])))
        .flatMap(({ containers }) => containers.map(({ container }) => container));
    const inDrift = usersWith((digests) => digests.some((own) => one.kinds.includes(own)));
    const unknown = usersWith((digests) => digests.length === 0);
    return !isSubset(inDrift, users) || !isSubset(namedUsers, [...inDrift, ...unknown]);
  });
});

const isSubset = (some: readonly string[], all: readonly string[]) =>
  some.every((one) => all.includes(one));

it('the page of a node shows the containers of an image that /usage shows', async () => {
  await fc.assert(
    fc.asyncProperty(host, repository, async (rows, artifacts) => {
      const pages = nodeImageRows(rows, { matches: () => false, rowThatHides: () => null });
      const all = await answers(rows, artifacts, 'never');
      const strangers = all.artifacts.flatMap((one) =>
        pages
          .filter(({ digest: own }) => own !== null && one.kinds.includes(own))
          .flatMap(({ containers }) => containers.map(({ container }) => container))
          .filter((container) => !usersIn(one).includes(container)),
      );
      return strangers.length === 0;
    }),
    { numRuns: RUNS },
  );
});

it('a webhook calls gone what drift finds under a name of the registry, and never what is foreign', async () => {
  const own = sha('1');
  const [event] = parseHarborDelivery({
    type: 'DELETE_ARTIFACT',
    event_data: {
      resources: [{ digest: own, tag: 'v1' }],
      repository: { repo_full_name: 'shop/web' },
    },
  }).events;
  if (event === undefined) throw new Error('no event');
  await fc.assert(
    fc.asyncProperty(host, async (rows) => {
      const { drifted } = await answers(rows, [], 'never');
      const expected = drifted
        .filter(({ names }) =>
          names.some(({ repository: of, digests }) => {
            const place = placeOf(of, REGISTRIES);
            return digests.includes(own) && typeof place !== 'string' && place.repository === 'web';
          }),
        )
        .flatMap(({ containers }) => containers.map(({ container }) => container));
      const hosts = { hosts: [{ node: 'node-1', ...rows }], unread: [] };
      const gone = effectsOfOne(event, hosts, REGISTRIES).filter(({ effect }) => effect === 'gone');
      const found = gone.flatMap(({ containers = [] }) => containers.map((one) => one.container));
      return isSubset(found, expected) && isSubset(expected, found);
    }),
    { numRuns: RUNS },
  );
});
