/**
 * A cleanup deletes nothing that a node uses, nothing outside its plan and nothing beyond its limits, and the
 * journal has each deletion, whatever Harbor, its network, the nodes and the client do meanwhile.
 * CLEANUP_RUNS sets how many random cases are tried.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../../demo/harbor/clock.ts';
import type { CarriedOutDeletion } from '../../../../demo/harbor/deletions.ts';
import type { Faults } from '../../../../demo/harbor/faults.ts';
import { cleanupEvents } from '../../../../shared/domain/cleanup/answer-cleanup.ts';
import { applyPlan } from '../../../../shared/domain/cleanup/apply-cleanup.ts';
import { makePlan, requirePlanned } from '../../../../shared/domain/cleanup/cleanup-planning.ts';
import { readPolicy } from '../../../../shared/values/policy/policy.ts';
import { orProblem, Problem } from '../../../../shared/values/problem.ts';
import { requestOf } from '../../../support/domain.ts';
import { memoryJournal } from '../../../support/journal.ts';
import {
  artifactsOf,
  DIGESTS,
  type Event,
  FINE,
  manifestOf,
  type Name,
  NO_RULES,
  rowsOf,
  type Scenario,
  scenario,
  TAGS,
  UNREADABLE,
} from '../deletion/random-deletions.ts';
import { harborWorld } from '../deletion/world.ts';

const RUNS = Number(process.env['CLEANUP_RUNS'] ?? 150);
/** Longer than all that a case begins. */
const END_MS = 300_000;

const rules = fc.record(
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
/** `keep_newest` is refused where it keeps nothing. */
const policy = rules.filter((one) => !('keep_newest' in one && one.untagged === 'only'));

/** Nothing changes between the plan and the end of its application, and nothing fails. Parts may be slow. */
const calm = scenario.map(
  (given): Scenario => ({
    ...given,
    areRulesReadable: true,
    nodes: given.nodes.map((node) => ({ ...node, runtime: FINE })),
    ...{ events: [], readFaults: [], deleteFaults: [] },
  }),
);
function isCalm({ areRulesReadable, nodes, events, readFaults, deleteFaults }: Scenario): boolean {
  const happening = [...events, ...readFaults, ...deleteFaults];
  // A plan does not read accessories, which its deletions do (docs/cleanup.md#plan-a-cleanup).
  if (nodes.some(({ running, sandbox }) => [...running, sandbox].includes('nydus'))) return false;
  return areRulesReadable && happening.length === 0 && nodes.every((one) => one.runtime === FINE);
}

const cleanup = fc.record({
  given: fc.oneof({ weight: 3, arbitrary: scenario }, calm),
  policy,
  /** Between the plan and its application. */
  pauseMs: fc.constantFrom(0, 0, 500, 3000),
  /** Whether the client gets events, and not one answer. */
  getsEvents: fc.boolean(),
  /** Whether events begin before the application, and not with its first deletion. */
  isEarly: fc.boolean(),
});
type Cleanup = typeof cleanup extends fc.Arbitrary<infer Value> ? Value : never;

/** When something began and ended on a node: the use of an artifact, or that it cannot be read. */
interface Span {
  readonly node: number;
  /** Null: the node cannot be read. */
  readonly name: Name | null;
  readonly fromMs: number;
  untilMs: number;
}

/** Plays a case to its end: a plan while all nodes can be read, and its application. */
async function play({ given, policy: rules, pauseMs, getsEvents, isEarly }: Cleanup) {
  const clock = createVirtualClock();
  const { journal, lines: journaled, disk } = memoryJournal(clock);
  const reads = [...given.readFaults];
  const deletes = [...given.deleteFaults];
  let isApplying = false;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const faults: Faults = ({ method, path }) => {
    if (!isApplying) return undefined;
    if (/\/artifacts\/sha256/.test(path)) begin();
    return (method === 'DELETE' ? deletes : reads).shift();
  };
  const world = harborWorld({
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
    nodes: Object.fromEntries(
      given.nodes.map(({ runMs, psMs }, index) => [`node-${index}`, { runMs, psMs }]),
    ),
  });
  const { contents: registry, services } = world;
  const hosts = [...world.hosts.values()];
  const spans: Span[] = [];
  const client = new AbortController();

  const begins = (node: number, name: Name | null): void => {
    spans.push({ node, name, fromMs: clock.now(), untilMs: Infinity });
  };
  const ends = (node: number, name: Name | null): void => {
    const open = spans.filter((one) => one.node === node && one.name === name);
    for (const span of open) span.untilMs = Math.min(span.untilMs, clock.now());
  };
  const setHost = (node: number): void => {
    const random = given.nodes[node];
    if (random === undefined) return;
    const open = spans.filter((one) => one.node === node && one.untilMs === Infinity);
    const names = open.flatMap((one) => one.name ?? []);
    const isBlind = open.some((one) => one.name === null);
    const blind = random.runtime === FINE ? { ...FINE, failure: UNREADABLE } : random.runtime;
    const runtime = isBlind ? blind : FINE;
    Object.assign(hosts[node] ?? {}, rowsOf({ ...random, runtime }, names));
  };
  const setRules = (areReadable: boolean): void => {
    world.standIn.outage = areReadable ? null : NO_RULES;
  };
  const dropIndex = (name: Name): void => {
    const index = registry.artifact('team', 'web', DIGESTS[name]);
    const isImmutable = index?.tags.some((tag) => tag.name === 'release-1') && given.immutable;
    if (index !== undefined && !isImmutable) registry.deleteArtifact(index);
  };
  const happen = (event: Event): void => {
    if (event.kind === 'client-leaves') client.abort();
    else if (event.kind === 'index-goes') dropIndex(event.name);
    else if (event.kind === 'rules') setRules(event.areReadable);
    else if (event.kind === 'tag')
      registry.push('team', 'web', { digest: DIGESTS[event.name], tags: [event.tag] });
    else {
      // Events name nodes that the case may not have.
      const node = event.node % hosts.length;
      if (event.kind === 'pod-starts') begins(node, event.name);
      else if (event.kind === 'pod-ends') ends(node, event.name);
      else if (event.kind === 'node-fails') begins(node, null);
      else ends(node, null);
      setHost(node);
    }
  };
  const { policy: compiled } = readPolicy(rules);
  if (compiled === null) throw new Error('the policy is not valid');
  /** What POST /harbor/cleanup does with `apply` and the tag of the plan. */
  const apply = async (tag: string): Promise<void> => {
    const request = requestOf({ signal: client.signal });
    const hasLeft = () => client.signal.aborted;
    const made = await makePlan(services, request, { policy: compiled, apply: true });
    requirePlanned(services, { tag, made });
    const applying = { made, reason: null, hasLeft };
    const events = { send: () => undefined, hasLeft };
    await (getsEvents
      ? cleanupEvents(services, request, { ...applying, apply: true, client: events })
      : applyPlan(services, request, applying));
  };
  given.nodes.forEach(({ running }, node) => {
    for (const name of running) begins(node, name);
    setHost(node);
  });

  setRules(given.areRulesReadable);
  const planning = makePlan(services, requestOf(), { policy: compiled, apply: false });
  const planned = await planning.catch(orProblem);
  isApplying = true;
  disk.lineMs = given.lineMs;
  given.nodes.forEach(({ runtime }, node) => {
    if (runtime !== FINE) begins(node, null);
    setHost(node);
  });
  const events = given.events.map(async (event) => {
    await begun;
    await clock.sleep(event.atMs);
    happen(event);
  });
  if (isEarly) begin();
  await clock.sleep(pauseMs);
  if (!(planned instanceof Problem)) {
    await apply(planned.tag).catch((err: unknown) => client.signal.aborted || orProblem(err));
  }
  begin();
  await Promise.all(events);
  await clock.sleep(END_MS);
  const bySandboxes = given.nodes.flatMap(({ sandbox: name }, node): Span[] =>
    name === null ? [] : [{ node, name, fromMs: -Infinity, untilMs: Infinity }],
  );
  return { ...world, planned, journaled, spans: [...spans, ...bySandboxes] };
}

type Played = Awaited<ReturnType<typeof play>>;

/** What was true on a node when it was read for the last time before a deletion, by any reading. */
function atLastReading({ spans, standIn }: Played, deletion: CarriedOutDeletion) {
  const sentAtMs = standIn.calls.find(({ number }) => number === deletion.call)?.at ?? 0;
  // The containers were listed at most a second before the call goes out, however slow the nodes are.
  return spans.filter(({ fromMs, untilMs }) => fromMs < sentAtMs - 1000 && untilMs > sentAtMs);
}

function isAbout({ digest, alongside }: CarriedOutDeletion, name: Name | null): boolean {
  if (name === null) return true;
  const gone = [digest, ...alongside];
  return gone.includes(DIGESTS[name]) || gone.includes(manifestOf(name));
}

it(
  `nothing in use and nothing beyond the plan is deleted, and all of it if nothing changes, in ${RUNS} random cases`,
  async () => {
    let deletions = 0;
    await fc.assert(
      fc.asyncProperty(cleanup, async (one) => {
        const played = await play(one);
        const { given } = one;
        const candidates = played.planned instanceof Problem ? [] : played.planned.candidates;
        const gone = played.standIn.deletions;
        deletions += gone.length;
        const { max_deletions = Infinity, max_bytes = Infinity } = one.policy;
        const bytes = candidates.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
        const tags = candidates.flatMap((candidate) => candidate.tags);

        expect(candidates.length).toBeLessThanOrEqual(max_deletions);
        expect(bytes).toBeLessThanOrEqual(max_bytes);
        expect(tags.filter((tag) => !TAGS.some((known) => known === tag))).toEqual([]);
        if (given.immutable) expect(tags).not.toContain('release-1');
        if (isCalm(given)) {
          const digestsOf = (all: readonly { readonly digest: string | null }[]) =>
            all.map(({ digest }) => digest).toSorted();
          expect(digestsOf(gone)).toEqual(digestsOf(candidates));
        }
        const judged = gone.map((deletion) => ({
          what: deletion.what,
          isPlanned: candidates.some(({ digest }) => digest === deletion.digest),
          reasons: atLastReading(played, deletion).filter(({ name }) => isAbout(deletion, name)),
          isJournaled: played.journaled.some(
            ({ event, digest }) => event === 'intent' && digest === deletion.digest,
          ),
        }));
        const right = { what: 'artifact', isPlanned: true, reasons: [], isJournaled: true };
        expect(judged).toEqual(gone.map(() => right));
      }),
      { numRuns: RUNS },
    );
    // Random cases rarely delete as few as a tenth; far fewer would test little.
    expect(deletions).toBeGreaterThan(RUNS / 30);
  },
  10 * 60_000,
);
