/**
 * A cleanup deletes nothing that a node uses, nothing outside its plan and nothing beyond its limits, and the
 * journal has each deletion, whatever Harbor, its network, the nodes and the client do meanwhile.
 * CLEANUP_RUNS sets how many random cases are tried.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../demo/harbor/clock.ts';
import type { CarriedOutDeletion } from '../../../demo/harbor/deletions.ts';
import type { Faults } from '../../../demo/harbor/faults.ts';
import type { Candidate, CleanupAnswer } from '../../../shared/cleanup/cleanup-answer.ts';
import { Problem } from '../../../shared/problem.ts';
import { bodyOf } from '../../support/body.ts';
import { memoryJournal } from '../../support/journal.ts';
import {
  artifactsOf,
  DIGESTS,
  type Event,
  manifestOf,
  type Name,
  type Scenario,
  scenario,
  TAGS,
} from '../deletion/random-deletions.ts';
import { containerOf, createWorld, hostImage } from '../deletion/world.ts';

const RUNS = Number(process.env['CLEANUP_RUNS'] ?? 150);
/** Longer than all that a case begins. */
const END_MS = 300_000;

const policy = fc.record(
  {
    tags: fc.constantFrom(['*'], ['*'], ['*', '!prod'], ['v*', 'prod'], ['v*', 'release-*']),
    repositories: fc.constantFrom(['team/*'], ['*/web'], ['!*/web', 'team/*']),
    keep_newest: fc.integer({ min: 1, max: 3 }),
    older_than: fc.constantFrom('0m', '0m', '1m', '30d'),
    untagged: fc.constantFrom<(boolean | 'only')[]>(true, false, 'only'),
    max_deletions: fc.integer({ min: 1, max: 4 }),
    max_bytes: fc.constantFrom(1_000_000, 100_000_000, 10_000_000_000),
  },
  { requiredKeys: ['tags'] },
);

const cleanup = fc.record({
  given: scenario,
  policy,
  /** Between the plan and its application. */
  pauseMs: fc.constantFrom(0, 0, 500, 3000),
  accept: fc.constantFrom('application/json', 'text/event-stream'),
  /** Whether events begin before the application, and not with its first deletion. */
  isEarly: fc.boolean(),
  /** When the node cannot be read, after the plan. */
  outage: fc.option(
    fc.record({
      fromMs: fc.integer({ min: 0, max: 3000 }),
      forMs: fc.constantFrom(500, 5000, END_MS),
    }),
    { freq: 2 },
  ),
});
type Cleanup = typeof cleanup extends fc.Arbitrary<infer Value> ? Value : never;

interface Use {
  readonly name: Name;
  readonly fromMs: number;
  untilMs: number;
}

const UNREADABLE = new Problem(
  'bridge_unavailable',
  'The bridge of node-2 refused the connection.',
);

/** The node that changes: the first of the case. */
function nodeOf({ nodes }: Scenario) {
  const [node] = nodes;
  if (node === undefined) throw new Error('a case has at least one node');
  return node;
}

async function play({ given, policy: rules, pauseMs, accept, isEarly, outage }: Cleanup) {
  const { running, runtime, runMs } = nodeOf(given);
  const clock = createVirtualClock();
  const { journal, lines: journaled } = memoryJournal(clock);
  let isApplying = false;
  const reads = [...given.readFaults];
  const deletes = [...given.deleteFaults];
  // A plan that fails says nothing about its application.
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const faults: Faults = ({ method, path }) => {
    if (!isApplying) return undefined;
    if (/\/artifacts\/sha256/.test(path)) begin();
    return (method === 'DELETE' ? deletes : reads).shift();
  };
  const world = createWorld({
    clock,
    journal,
    faults,
    projects: [
      {
        name: 'team',
        immutableTags: given.immutable ? ['release-*'] : [],
        repositories: { web: artifactsOf(given.tags) },
      },
    ],
    nodes: { 'node-1': {}, 'node-2': { runMs } },
  });
  const { registry, hosts } = world;
  const host = hosts.get('node-2');
  if (host === undefined) throw new Error('no such node');
  const bystanders = host.images;
  const uses: Use[] = [];
  const client = new AbortController();

  const setHost = (): void => {
    const used = uses
      .filter(({ untilMs }) => untilMs === Infinity)
      .map(({ name }) => hostImage(DIGESTS[name], manifestOf(name)));
    host.images = [...bystanders, ...used];
    host.containers = used.map(containerOf);
  };
  const startPod = (name: Name): void => {
    if (uses.some((use) => use.name === name && use.untilMs === Infinity)) return;
    uses.push({ name, fromMs: clock.now(), untilMs: Infinity });
    setHost();
  };
  const endPod = (name: Name): void => {
    for (const use of uses)
      if (use.name === name && use.untilMs > clock.now()) use.untilMs = clock.now();
    setHost();
  };
  const dropIndex = (name: Name): void => {
    const index = registry.artifact('team', 'web', DIGESTS[name]);
    const isImmutable = index?.tags.some((tag) => tag.name === 'release-1') && given.immutable;
    if (index !== undefined && !isImmutable) registry.deleteArtifact(index);
  };
  const happen = (event: Event): void => {
    if (event.kind === 'pod-starts') startPod(event.name);
    else if (event.kind === 'pod-ends') endPod(event.name);
    else if (event.kind === 'client-leaves') client.abort();
    else if (event.kind === 'index-goes') dropIndex(event.name);
    // The node fails by `outage`.
    else if (event.kind === 'tag')
      registry.push('team', 'web', { digest: DIGESTS[event.name], tags: [event.tag] });
  };
  running.forEach(startPod);

  const plan = await world.cleanUp({ policy: rules });
  const planned = (await bodyOf(plan)) as Partial<CleanupAnswer>;
  // From now on, the node may fail.
  Object.assign(host, { failure: runtime.failure, ambiguous: runtime.ambiguous });
  if (runtime.isEmpty) Object.assign(host, { images: [], containers: [] });
  isApplying = true;
  const failing = { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.POSITIVE_INFINITY };
  const fail = async ({ fromMs, forMs }: NonNullable<Cleanup['outage']>): Promise<void> => {
    await begun;
    failing.fromMs = clock.now() + fromMs;
    failing.untilMs = failing.fromMs + forMs;
    await clock.sleep(fromMs);
    host.failure = UNREADABLE;
    await clock.sleep(forMs);
    host.failure = runtime.failure;
  };
  const failed = outage === null ? null : fail(outage);
  const events = given.events.map(async (event) => {
    await begun;
    await clock.sleep(event.atMs);
    happen(event);
  });
  if (isEarly) begin();
  await clock.sleep(pauseMs);
  const applied = world.cleanUp(
    { policy: rules, apply: true },
    {
      headers: { accept, 'if-match': plan.headers.get('etag') ?? '' },
      signal: client.signal,
    },
  );
  const text = await applied.then((answer) => answer.text()).catch(() => '');
  begin();
  await Promise.all([...events, failed]);
  await clock.sleep(END_MS);
  return { ...world, planned, text, uses, journaled, failing, runMs };
}

type Played = Awaited<ReturnType<typeof play>>;

/** Whether the node could not be read at any time when a reading for the deletion may have begun. */
function wasBlind({ failing, runMs }: Played, sentAtMs: number): boolean {
  return failing.fromMs < sentAtMs - runMs - 1000 && failing.untilMs > sentAtMs;
}

/** Whether what went was in use when the nodes were read for the last time, by any reading. */
function wasInUse(
  { uses, runMs }: Played,
  deletion: CarriedOutDeletion,
  sentAtMs: number,
): boolean {
  const gone = [deletion.digest, ...deletion.alongside];
  // A reading takes `runMs` and may be a second old when the call goes out.
  const readAtMs = sentAtMs - runMs - 1000;
  return uses.some(
    ({ name, fromMs, untilMs }) =>
      (gone.includes(DIGESTS[name]) || gone.includes(manifestOf(name))) &&
      fromMs < readAtMs &&
      untilMs > sentAtMs,
  );
}

it(
  `nothing in use and nothing beyond the plan is deleted, in ${RUNS} random cases`,
  async () => {
    let deletions = 0;
    await fc.assert(
      fc.asyncProperty(cleanup, async (one) => {
        const played = await play(one);
        const { candidates = [] as readonly Candidate[] } = played.planned;
        const gone = played.standIn.deletions;
        deletions += gone.length;
        const { max_deletions = Infinity, max_bytes = Infinity } = one.policy;
        const bytes = candidates.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
        const { runtime } = nodeOf(one.given);

        expect(candidates.length).toBeLessThanOrEqual(max_deletions);
        expect(bytes).toBeLessThanOrEqual(max_bytes);
        expect(
          candidates.every(({ tags }) => tags.every((tag) => TAGS.some((one) => one === tag))),
        ).toBe(true);
        if (runtime.failure !== null || runtime.ambiguous.length > 0) expect(gone).toEqual([]);
        for (const deletion of gone) {
          const { calls } = played.standIn;
          const sentAtMs = calls.find(({ number }) => number === deletion.call)?.at ?? 0;
          const digests = candidates.map(({ digest }) => digest);
          const intents = played.journaled.filter(
            ({ event, digest }) => event === 'intent' && digest === deletion.digest,
          );

          expect(deletion.what).toBe('artifact');
          expect(digests).toContain(deletion.digest);
          expect(wasInUse(played, deletion, sentAtMs)).toBe(false);
          expect(wasBlind(played, sentAtMs)).toBe(false);
          expect(intents.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: RUNS },
    );
    expect(deletions).toBeGreaterThan(RUNS / 10);
  },
  10 * 60_000,
);
