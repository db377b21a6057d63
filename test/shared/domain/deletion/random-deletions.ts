/** Random registries, hosts, requests, faults and events for deletions and cleanups. */
import fc from 'fast-check';
import { nginxError } from '../../../../demo/harbor/answer.ts';
import type { FaultAnswer } from '../../../../demo/harbor/faults.ts';
import type { ArtifactSeed } from '../../../../demo/harbor/seed.ts';
import { digestIn } from '../../../../shared/values/image-name.ts';
import { Problem } from '../../../../shared/values/problem.ts';
import type { WorldHost } from '../../../support/memory-nodes.ts';
import { BYSTANDER, containerOf, hostImage } from '../../../support/pulled-images.ts';

export const TAGS = ['v1', 'v2', 'prod', 'release-1'] as const;
type Tag = (typeof TAGS)[number];

/** The artifacts of `team/web`: two plain ones, two indexes that share a child, one more child, and an accessory. */
export const DIGESTS = {
  plain: digest('1'),
  other: digest('2'),
  index: digest('3'),
  twin: digest('4'),
  shared: digest('5'),
  own: digest('6'),
  nydus: digest('7'),
} as const;
export type Name = keyof typeof DIGESTS;
const NAMES = ['plain', 'other', 'index', 'twin', 'shared', 'own'] as const satisfies Name[];
/** What pods run. */
const RUNNABLE = [...NAMES, 'nydus'] as const satisfies Name[];
const CHILDREN: Readonly<Partial<Record<Name, readonly Name[]>>> = {
  index: ['shared', 'own'],
  twin: ['shared'],
};

function digest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** Of an index: the child that a host of this platform runs. The host lists only the index. */
const PLATFORM: Readonly<Partial<Record<Name, Name>>> = { index: 'own', twin: 'shared' };

/** The manifest that a host runs when it runs this artifact. */
export function manifestOf(name: Name): string {
  return DIGESTS[PLATFORM[name] ?? name];
}

const tags = fc.record(
  Object.fromEntries(
    TAGS.map((tag) => [tag, fc.constantFrom<(Name | null)[]>(...NAMES, null, null, null, null)]),
  ),
) as fc.Arbitrary<Readonly<Record<Tag, Name | null>>>;

/** Which artifact has which tag, as the artifacts of the repository. */
export function artifactsOf(holders: Readonly<Record<Tag, Name | null>>): ArtifactSeed[] {
  const seed = (name: Name): ArtifactSeed => {
    const children = CHILDREN[name];
    return {
      digest: DIGESTS[name],
      tags: TAGS.filter((tag) => holders[tag] === name),
      ...(children && { children: children.map(seed) }),
    };
  };
  const nydus = { type: 'accelerator.nydus', digest: DIGESTS.nydus };
  return NAMES.slice(0, 4).map((name) =>
    name === 'plain' ? { ...seed(name), accessories: [nydus] } : seed(name),
  );
}

/** One type for each kind, so that the kind tells the members. */
type OfNode<Kind extends string, More = unknown> = Kind extends string
  ? { readonly kind: Kind; readonly atMs: number; readonly node: number } & More
  : never;

/** Events other than the deletions. */
export type Event =
  | OfNode<'pod-starts' | 'pod-ends', { readonly name: Name }>
  | OfNode<'node-fails' | 'node-returns'>
  | { readonly kind: 'rules'; readonly atMs: number; readonly areReadable: boolean }
  | { readonly kind: 'index-goes'; readonly atMs: number; readonly name: Name }
  | { readonly kind: 'tag'; readonly atMs: number; readonly name: Name; readonly tag: Tag }
  | { readonly kind: 'client-leaves'; readonly atMs: number; readonly request: number };

const atMs = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 }));
const name = fc.constantFrom<Name[]>(...NAMES);
const runnable = fc.constantFrom<Name[]>(...RUNNABLE);
/** Of the nodes that the case has. */
const node = fc.nat({ max: 2 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pod-starts' as const), atMs, name: runnable, node }),
  },
  fc.record({ kind: fc.constant('pod-ends' as const), atMs, name: runnable, node }),
  fc.record({ kind: fc.constant('node-fails' as const), atMs, node }),
  fc.record({ kind: fc.constant('node-returns' as const), atMs, node }),
  fc.record({ kind: fc.constant('rules' as const), atMs, areReadable: fc.boolean() }),
  fc.record({
    kind: fc.constant('index-goes' as const),
    atMs,
    name: fc.constantFrom<Name[]>('index', 'twin'),
  }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('tag' as const),
      atMs,
      name: fc.constantFrom<Name[]>('plain', 'other', 'shared', 'own'),
      tag: fc.constantFrom(...TAGS),
    }),
  },
  fc.record({
    kind: fc.constant('client-leaves' as const),
    atMs,
    request: fc.integer({ min: 0, max: 2 }),
  }),
);

const delayMs = fc.constantFrom(20, 700, 1500, 6000);
const slowness: fc.Arbitrary<FaultAnswer> = fc.oneof(
  fc.record({ delayMs }),
  fc.record({ lateMs: delayMs }),
);
const readFault: fc.Arbitrary<FaultAnswer | undefined> = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: slowness },
  fc.constantFrom<FaultAnswer[]>(
    { cut: 'before-answer' },
    { answer: nginxError(502) },
    { answer: nginxError(504) },
    { anonymous: true },
    { failSubQueries: {} },
    { hang: true },
  ),
);
/** Lost answers: carried out or not, at once or later, or twice. */
const deleteFault: fc.Arbitrary<FaultAnswer | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: slowness },
  {
    weight: 3,
    arbitrary: fc.constantFrom<FaultAnswer[]>(
      { cut: 'before-answer' },
      { answer: {}, cut: 'before-answer' },
      { answer: nginxError(504), carryOut: true },
      { answer: nginxError(504) },
      { answer: nginxError(504), carryOutAfterMs: 2500 },
      { answer: nginxError(504), carryOutAfterMs: 30_000 },
      { answer: nginxError(502) },
      { answer: { status: 202 }, carryOutAfterMs: 1000 },
      { repeat: true },
      { hang: true },
      { answer: {}, hang: true },
      { repeat: true, cut: 'before-answer' },
      { anonymous: true },
    ),
  },
);

/** One DELETE. */
export interface Asked {
  readonly atMs: number;
  readonly reference: string;
  readonly options: { readonly force?: boolean; readonly tag_only?: boolean };
  readonly ifMatch: string | null;
  /** How long the caller thinks about a plan whose tag the deletion takes; null: there is no plan. */
  readonly planMs: number | null;
}

const planMs = fc.constantFrom(null, null, 0, 500, 3000);
const options = {
  byTag: [{}, {}, {}, { force: true }, { tag_only: true }],
  byDigest: [{}, {}, { force: true }],
};
const startMs = fc.constantFrom(0, 0, 30, 2000);

const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({
    atMs: startMs,
    reference: fc.constantFrom<string[]>(...TAGS),
    options: fc.constantFrom<Asked['options'][]>(...options.byTag),
    ifMatch: fc.oneof(
      { weight: 5, arbitrary: fc.constant(null) },
      name.map((of) => DIGESTS[of]),
    ),
    planMs,
  }),
  fc.record({
    atMs: startMs,
    reference: name.map((of) => DIGESTS[of]),
    options: fc.constantFrom<Asked['options'][]>(...options.byDigest),
    ifMatch: fc.constant(null),
    planMs,
  }),
);

export const UNREADABLE = new Problem('crictl_timeout', 'crictl did not finish.');
/** Harbor cannot read its rules of immutable tags: then no tag seems immutable. */
export const NO_RULES = { table: 'immutable_tag_rule' } as const;

/** A runtime, and why its node cannot be read or is in doubt. */
interface Runtime extends Pick<WorldHost, 'ambiguous' | 'failure'> {
  readonly lacks: 'nothing' | 'everything' | 'containers';
}
export const FINE: Runtime = { ambiguous: [], failure: null, lacks: 'nothing' };

const WEB = 'registry.example.test/team/web';

const randomNode = fc.record({
  /** What runs at the beginning. */
  running: fc.subarray<Name>([...RUNNABLE], { maxLength: 2 }),
  /** The image of the pods' sandboxes, which the bridge does not know. */
  sandbox: fc.option(fc.constantFrom<Name>(...RUNNABLE), { freq: 5 }),
  /** How the images of containers are listed. containerd removes images in use, too. */
  listed: fc.constantFrom('with digest', 'with digest', 'without digest', 'not at all'),
  /** What pods ask for. It may have moved to another image, or contradict what containers have. */
  asked: fc.oneof(
    { weight: 3, arbitrary: fc.constant('') },
    fc.constantFrom(...TAGS).map((tag) => `${WEB}:${tag}`),
    name.map((of) => `${WEB}@${DIGESTS[of]}`),
  ),
  runMs: fc.constantFrom(5, 40, 400, 4000),
  psMs: fc.constantFrom(0, 0, 5, 300, 900, 1500),
  runtime: fc.oneof(
    { weight: 5, arbitrary: fc.constant(FINE) },
    fc.constantFrom<Runtime[]>(
      { ...FINE, ambiguous: ['/run/a.sock', '/run/b.sock'] },
      { ...FINE, failure: UNREADABLE },
      { ...FINE, lacks: 'everything' },
      // CRI-O after a reboot.
      { ...FINE, lacks: 'containers' },
    ),
  ),
});

type RandomNode = typeof randomNode extends fc.Arbitrary<infer Value> ? Value : never;

/** What a node shows while pods run these artifacts. */
export function rowsOf(
  { sandbox, listed, asked, runtime: { ambiguous, failure, lacks } }: RandomNode,
  running: readonly Name[],
): Partial<WorldHost> {
  const isTag = asked !== '' && digestIn(asked) === null;
  const bare = { repo_digests: [], repo_tags: isTag ? [asked] : [] };
  const pulled = (of: Name) => hostImage(DIGESTS[of], manifestOf(of));
  const used = [...new Set(running)].map((of) =>
    listed === 'without digest' ? { ...pulled(of), ...bare } : pulled(of),
  );
  const pause = sandbox === null ? [] : [pulled(sandbox)];
  const seen = listed === 'not at all' ? [] : used;
  const isOther = ({ id }: { readonly id: string }) => seen.every((image) => image.id !== id);
  const pods = used.map((image) => ({ ...containerOf(image), image: asked }));
  const containers = sandbox === null ? pods : [containerOf(BYSTANDER), ...pods];
  return {
    ...{ ambiguous, failure, sandboxUnknown: sandbox !== null },
    images: lacks === 'everything' ? [] : [BYSTANDER, ...seen, ...pause.filter(isOther)],
    containers: lacks === 'nothing' ? containers : [],
    hadContainers: lacks === 'containers',
  };
}

/** A whole case. */
export const scenario = fc.record({
  tags,
  immutable: fc.boolean(),
  /** Whether Harbor can read its rules at the beginning. */
  areRulesReadable: fc.constantFrom(true, true, true, false),
  /** The nodes; if there is only one, it may be the host of the service. */
  nodes: fc.array(randomNode, { minLength: 1, maxLength: 3 }),
  isConfigured: fc.boolean(),
  /** How long the journal needs for a line. */
  lineMs: fc.constantFrom(0, 0, 0, 20, 700, 1500, 4000),
  requests: fc.array(asked, { minLength: 1, maxLength: 3 }),
  events: fc.array(event, { maxLength: 6 }),
  readFaults: fc.array(readFault, { maxLength: 20 }),
  deleteFaults: fc.array(deleteFault, { maxLength: 2 }),
  concurrency: fc.constantFrom(1, 2, 6),
});
export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;
