/**
 * All answers agree on random hosts and registries: usage ⊆ guard ⊆ held, drift and the page of a node show uses, and
 * what is foreign is never gone. VERDICT_RUNS sets how many random cases are tried.
 */
import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { holdingsIn } from '../../../../shared/domain/cleanup/holding.ts';
import { imagesOnNodes } from '../../../../shared/domain/drift/images-on-nodes.ts';
import { soughtArtifact } from '../../../../shared/domain/images/artifact-match.ts';
import { artifactUses } from '../../../../shared/domain/images/artifact-uses.ts';
import type { ConfigDigests } from '../../../../shared/domain/images/doubts.ts';
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
import type { RegistryArtifact } from '../../../../shared/ports/registry-artifact.ts';
import { noMemo } from '../../../../shared/ports/services.ts';
import { withoutAlgorithm } from '../../../../shared/values/image-name.ts';
import { isProjectName, isRepositoryName } from '../../../../shared/values/names.ts';
import { effectsOfOne } from '../../../support/event-effects.ts';
import { containerRow, imageRow } from '../../../support/host-rows.ts';

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
/** The manifests with their configurations. */
const CONFIGS = new Map(['3', '4', '5', '6', '7'].map((one, at) => [sha(one), 'abcde'[at] ?? '']));
const MANIFESTS = [...CONFIGS.keys()];

const name = fc
  .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom('shop/web', 'shop/api'))
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
    [...indexes, ...manifests.map((one) => ({ digest: one, children: [] }))].map((one, at) => ({
      ...one,
      type: 'IMAGE',
      tags: Object.keys(tags).filter((tag) => tags[tag] === at),
      immutableTags: [],
      sizeBytes: 1,
      pushTime: null,
      pullTime: null,
    })),
  );

interface Rows {
  readonly images: readonly HostImage[];
  readonly containers: readonly HostContainer[];
}
type Artifacts = readonly RegistryArtifact[];
/** Which manifests Harbor provides. A guard needs them if a digest in use is not in the repository. */
type Configs = 'always' | 'if needed' | 'never';

/** The artifact with all that is read of it for the guard of a deletion. */
function knownOf(
  artifact: RegistryArtifact,
  { rows, artifacts, configs }: { rows: Rows; artifacts: Artifacts; configs: Configs },
) {
  const { digest: own, tags, children } = artifact;
  const parts = [own, ...children];
  const indexDigests = artifacts.filter((one) => one.children.includes(own)).map(digestOf);
  const about = { digest: own, tags, partDigests: children, repository: 'shop/web', indexDigests };
  const others = otherDigestsInUse(hostIndex(rows), soughtArtifact(about));
  const sharing = artifacts
    .filter((one) => one.children.some((child) => parts.includes(child)))
    .map(digestOf)
    .filter((one) => others.includes(one));
  const { digests: knownDigests } = repositoryIndex(artifacts);
  const isRead =
    configs === 'always' ||
    (configs === 'if needed' && others.some((one) => !knownDigests.has(one)));
  const configDigests = isRead
    ? parts.flatMap((one) => CONFIGS.get(one) ?? []).map((digit) => sha(digit))
    : null;
  const shown: UsageArtifact = { ...about, configDigests, registries: REGISTRIES };
  const related = { ...about, indexDigests: [...indexDigests, ...sharing] };
  const guarded: UsageArtifact = { ...related, configDigests, knownDigests };
  return { shown, guarded };
}
const digestOf = ({ digest: own }: RegistryArtifact) => own;

/** What the answers say of all artifacts of a repository, from one reading of a node. */
function answers(rows: Rows, artifacts: Artifacts, configs: Configs) {
  const [project, web] = ['shop', 'web'];
  if (!isProjectName(project) || !isRepositoryName(web)) throw new Error('not a name');
  const at = { project, repository: web };
  const times = { readAtMs: 0, ageMs: 0 };
  const reading = { facts: null, ...rows };
  const node = { name: 'node-1', status: 'ok' as const, ...times, problem: null, reading };
  const nodes = contentsOf([node]);
  const held = heldIndex(nodes, noMemo);
  const index = hostIndex(rows);
  // As `withDoubtsDecided`: configurations, if they can be read, decide what is in doubt alone.
  const configsOf = (doubted: readonly RegistryArtifact[]): ConfigDigests =>
    new Map(
      doubted.flatMap((artifact) => {
        const { configDigests } = knownOf(artifact, { rows, artifacts, configs }).guarded;
        return configDigests ? [[artifact.digest, configDigests]] : [];
      }),
    );
  const unusedBy = (known: ConfigDigests) =>
    unusedArtifacts({ repositories: [{ at, artifacts }], held, configs: known, sinceMs: null });
  const { doubted } = unusedBy(new Map());
  const listed = unusedBy(configsOf(doubted.map(({ artifact }) => artifact))).artifacts;
  const unused = new Set(listed.map((row) => row.digest));
  const holdingBy = (known: ConfigDigests) => holdingsIn(held, { at, artifacts }, known);
  const byLists = holdingBy(new Map());
  const holdingOf = holdingBy(configsOf(artifacts.filter((one) => byLists(one)?.isDoubtful)));
  const holdersOf = held.holdersIn('shop/web', artifacts);
  return {
    isClear: held.unclear.length === 0,
    drifted: imagesOnNodes(nodes),
    index,
    artifacts: artifacts.map((artifact) => {
      const { shown, guarded } = knownOf(artifact, { rows, artifacts, configs });
      const { configDigests = null } = guarded;
      const guard = hostUsage(index, soughtArtifact(guarded)).usage;
      return {
        artifact,
        uses: artifactUses([{ node: 'node-1', index }], shown),
        isBlocked: guard === 'in_use' || guard === 'unknown',
        guard,
        isUnused: unused.has(artifact.digest),
        isKept: holdingOf(artifact) !== null,
        isChild: artifacts.some(({ children }) => children.includes(artifact.digest)),
        isHeld: holdersOf({ ...artifact, configDigests }).length > 0,
        kinds: [artifact.digest, ...shown.partDigests, ...(shown.indexDigests ?? [])],
      };
    }),
  };
}

type Answers = ReturnType<typeof answers>;
type OfArtifact = Answers['artifacts'][number];

/** Asserts that no artifact of any random case is an exception. `expect` would take most of the time. */
function never(configs: Configs, isException: (one: OfArtifact, all: Answers) => boolean): void {
  const check = (rows: Rows, artifacts: Artifacts) => {
    const all = answers(rows, artifacts, configs);
    return !all.artifacts.some((one) => isException(one, all));
  };
  fc.assert(fc.property(host, repository, check), { numRuns: RUNS });
}

/** The containers of the uses, by name. */
const usersIn = ({ uses }: OfArtifact) => uses.flatMap(({ container }) => container ?? []);

describe.each<Configs>(['always', 'if needed', 'never'])('with manifests %s', (configs) => {
  it('the guard of a deletion calls in_use what /usage shows as used', () => {
    never(configs, (one) => usersIn(one).length > 0 && one.guard !== 'in_use');
  });

  it('what the guard refuses is held, or a container may use anything', () => {
    never(configs, ({ isBlocked, isHeld, isChild }, { isClear }) => {
      return isBlocked && isClear && !isHeld && !isChild;
    });
  });
});

// A guard reads configurations if a digest in use is not in the repository; lists read those in doubt.
describe.each<Configs>(['if needed', 'never'])('with manifests in doubt, read %s', (configs) => {
  it('/harbor/unused lists nothing that the guard would refuse', () => {
    never(configs, ({ isBlocked, isUnused }, { isClear }) => isBlocked && isUnused && isClear);
  });

  it('a cleanup chooses nothing that the guard would refuse', () => {
    never(configs, ({ isBlocked, isKept, isChild }) => isBlocked && !isKept && !isChild);
  });

  it('/harbor/unused lists nothing that /usage shows, and what a cleanup may choose', () => {
    never(configs, ({ uses, isUnused, isKept, isChild }, { isClear }) => {
      const isShown = uses.length > 0 && isUnused;
      return isClear && (isShown || (!isChild && isUnused === isKept));
    });
  });
});

it('drift shows a container with the digest of what it uses and no other, or without one as unknown', () => {
  never('never', (one, { drifted }) => {
    const byDigest = one.uses.filter(({ match }) => match !== 'name');
    const users = byDigest.flatMap(({ container }) => container ?? []);
    const usersWith = (isWanted: (digests: readonly string[]) => boolean) =>
      drifted
        .filter(({ names }) => isWanted(names.flatMap((of) => [...of.digests, ...of.otherDigests])))
        .flatMap(({ containers }) => containers.map(({ container }) => container));
    const inDrift = usersWith((digests) => digests.some((own) => one.kinds.includes(own)));
    const unknown = usersWith((digests) => digests.length === 0);
    return !isSubset(inDrift, users) || !isSubset(users, [...inDrift, ...unknown]);
  });
});

const isSubset = (some: readonly string[], all: readonly string[]) =>
  some.every((one) => all.includes(one));

it('the page of a node shows the containers of an image that /usage shows', () => {
  fc.assert(
    fc.property(host, repository, (rows, artifacts) => {
      const pages = nodeImageRows(rows, { matches: () => false, rowThatHides: () => null });
      const all = answers(rows, artifacts, 'never');
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

it('a webhook calls gone what drift finds under a name of the registry, and never what is foreign', () => {
  const own = sha('1');
  const [event] = parseHarborDelivery({
    type: 'DELETE_ARTIFACT',
    event_data: {
      resources: [{ digest: own, tag: 'v1' }],
      repository: { repo_full_name: 'shop/web' },
    },
  }).events;
  if (event === undefined) throw new Error('no event');
  fc.assert(
    fc.property(host, (rows) => {
      const { drifted } = answers(rows, [], 'never');
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
