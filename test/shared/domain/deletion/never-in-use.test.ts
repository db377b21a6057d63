/**
 * Nothing that any node uses is deleted without `force`, nothing outside the plan of `If-Match` is, and each deletion
 * has its lines in the log and in the journal, whatever Harbor, its network, the nodes and the clients do
 * meanwhile. NEVER_IN_USE_RUNS sets how many random
 * cases are tried.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../../demo/harbor/clock.ts';
import type { CarriedOutDeletion } from '../../../../demo/harbor/deletions.ts';
import type { Faults, RecordedCall } from '../../../../demo/harbor/faults.ts';
import type { TaggedPlan } from '../../../../shared/domain/deletion/decision.ts';
import type { PlanTag } from '../../../../shared/domain/deletion/plan-tag.ts';
import { orProblem, Problem } from '../../../../shared/values/problem.ts';
import { createLimit } from '../../../../shared/values/waiting/limit.ts';
import { requestOf } from '../../../support/domain.ts';
import { memoryJournal } from '../../../support/journal.ts';
import { digestNamed } from '../../../support/names.ts';
import { plan, remove } from './deleting.ts';
import {
  type Asked,
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
  UNREADABLE,
} from './random-deletions.ts';
import { type HarborWorldGiven, harborWorld } from './world.ts';

const RUNS = Number(process.env['NEVER_IN_USE_RUNS'] ?? 200);
/** Longer than all that a case begins. */
const END_MS = 300_000;

/** When an artifact began and ceased to be used on a node. */
interface Use {
  readonly name: Name;
  readonly node: number;
  readonly fromMs: number;
  untilMs: number;
}

/** When a node began and ceased to be unreadable, or to be in doubt. */
interface Blindness {
  readonly node: number;
  readonly fromMs: number;
  untilMs: number;
}

/** A deletion that Harbor carried out, with the request that led to it. */
interface Seen {
  readonly deletion: CarriedOutDeletion;
  readonly call: RecordedCall;
  readonly asked: Asked;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
}

/** The faults of reads and of deletions, each in the order of the calls. */
function inTurn({ readFaults, deleteFaults }: Scenario): Faults {
  const left = { GET: [...readFaults], DELETE: [...deleteFaults] };
  return ({ method }) =>
    method === 'GET' || method === 'DELETE' ? left[method].shift() : undefined;
}

/** Plays a case to its end. */
async function play(given: Scenario) {
  const limit = createLimit({ concurrency: given.concurrency, waiting: Infinity });
  const clock = createVirtualClock();
  const { journal, lines: journalLines, disk } = memoryJournal(clock);
  disk.lineMs = given.lineMs;
  const world = harborWorld({
    clock,
    journal,
    projects: [
      {
        name: 'team',
        immutableTags: given.immutable ? ['release-*'] : [],
        repositories: { web: artifactsOf(given.tags) },
      },
    ],
    deletions: limit,
    faults: inTurn(given),
    ...hostsOf(given),
  });
  const { contents: registry } = world;
  const hosts = [...world.hosts.values()];
  /** Events name nodes that the case may not have. */
  const nodeOf = (number: number): number => number % hosts.length;
  const startMs = clock.now();
  const uses: Use[] = [];
  const blindnesses: Blindness[] = [];
  /** When Harbor became able or unable to read its rules. */
  const rulesAtMs: number[] = [];
  const clients = given.requests.map(() => new AbortController());

  const setHost = (node: number): void => {
    const [host, random] = [hosts[node], given.nodes[node]];
    if (host === undefined || random === undefined) return;
    const running = uses.filter((use) => use.node === node && use.untilMs === Infinity);
    const names = running.map(({ name }) => name);
    const { failure } = host; // changes by events
    Object.assign(host, rowsOf(random, names), { failure });
  };
  const startPod = (name: Name, node: number): void => {
    uses.push({ name, node, fromMs: clock.now(), untilMs: Infinity });
    setHost(node);
  };
  const endPod = (name: Name, node: number): void => {
    const isOne = (use: Use) => use.name === name && use.node === node;
    const use = uses.find((candidate) => isOne(candidate) && candidate.untilMs === Infinity);
    if (use !== undefined) use.untilMs = clock.now();
    setHost(node);
  };
  const setFailure = (node: number, failure: Problem | null): void => {
    const host = hosts[node];
    if (host === undefined) return;
    const current = blindnesses.find((one) => one.node === node && one.untilMs === Infinity);
    if (failure !== null && current === undefined) {
      blindnesses.push({ node, fromMs: clock.now(), untilMs: Infinity });
    }
    const { runtime } = given.nodes[node] ?? {};
    const isInDoubt = runtime?.lacks !== 'nothing' || (runtime?.ambiguous.length ?? 0) > 0;
    if (failure === null && current !== undefined && !isInDoubt) current.untilMs = clock.now();
    host.failure = failure;
  };
  const dropIndex = (name: Name): void => {
    const index = registry.artifact('team', 'web', DIGESTS[name]);
    const isImmutable = index?.tags.some((tag) => tag.name === 'release-1') && given.immutable;
    if (index !== undefined && !isImmutable) registry.deleteArtifact(index);
  };
  const setRules = (areReadable: boolean): void => {
    world.standIn.outage = areReadable ? null : NO_RULES;
    rulesAtMs.push(clock.now());
  };
  const happen = (event: Event): void => {
    if (event.kind === 'pod-starts') startPod(event.name, nodeOf(event.node));
    else if (event.kind === 'pod-ends') endPod(event.name, nodeOf(event.node));
    else if (event.kind === 'node-fails') setFailure(nodeOf(event.node), UNREADABLE);
    else if (event.kind === 'node-returns') setFailure(nodeOf(event.node), null);
    else if (event.kind === 'client-leaves') clients[event.request]?.abort();
    else if (event.kind === 'rules') setRules(event.areReadable);
    else if (event.kind === 'index-goes') dropIndex(event.name);
    else registry.push('team', 'web', { digest: DIGESTS[event.name], tags: [event.tag] });
  };
  given.nodes.forEach((random, node) => {
    if (random.runtime !== FINE) blindnesses.push({ node, fromMs: -Infinity, untilMs: Infinity });
    for (const name of random.running) startPod(name, node);
    setHost(node);
  });
  setRules(given.areRulesReadable);

  const events = given.events.map((event) => clock.sleep(event.atMs).then(() => happen(event)));
  const plans = new Map<number, TaggedPlan>();
  /** The plans that were made while nothing changed for Harbor's rules, and whether it could read them. */
  const steady: { readonly made: TaggedPlan; readonly areRulesReadable: boolean }[] = [];
  const path = ({ reference }: Asked) => `team/web/${reference}`;
  /** Reads the plan, and thinks about it. @returns its tag; null if there is no plan */
  const planned = async (asked: Asked, index: number): Promise<PlanTag | null> => {
    const request = requestOf({ id: `plan-${index}` });
    const areRulesReadable = world.standIn.outage === null;
    const changes = rulesAtMs.length;
    const made = await plan(world, path(asked), { ...asked.options, request }).catch(orProblem);
    const isSteady = rulesAtMs.length === changes;
    await clock.sleep(asked.planMs ?? 0);
    if (made instanceof Problem) return null;
    plans.set(index, made);
    if (isSteady) steady.push({ made, areRulesReadable });
    return made.tag;
  };
  const requests = clients.map(({ signal }, index) => requestOf({ id: `r${index}`, signal }));
  const answers = given.requests.map(async (asked, index) => {
    await clock.sleep(asked.atMs);
    const planTag = asked.planMs === null ? null : await planned(asked, index);
    const ifMatch =
      planTag === null && asked.ifMatch !== null ? [digestNamed(asked.ifMatch)] : null;
    const request = requests[index] ?? requestOf();
    await remove(world, path(asked), { ...asked.options, ifMatch, planTag, request }).catch(
      (err: unknown) => request.signal.aborted || orProblem(err),
    );
  });
  await Promise.all([...events, ...answers]);
  await clock.sleep(END_MS);

  /** The lines of the log before the end of a request, and then its own. */
  const linesOf = (index: number): readonly Readonly<Record<string, unknown>>[] => [
    ...world.lines.filter(({ request_id }) => request_id === `r${index}`),
    requests[index]?.log.fields ?? {},
  ];
  const seen = world.standIn.deletions.flatMap((deletion): Seen[] => {
    const call = world.standIn.calls.find(({ number }) => number === deletion.call);
    const index = Number(call?.headers['x-request-id']?.slice(1));
    const asked = given.requests[index];
    return call === undefined || asked === undefined
      ? []
      : [{ deletion, call, asked, lines: linesOf(index) }];
  });
  const bySandboxes = given.nodes.flatMap(({ sandbox: name }, node) =>
    name === null ? [] : [{ name, node, fromMs: -Infinity, untilMs: Infinity }],
  );
  return {
    ...world,
    startMs,
    hosts,
    uses: [...uses, ...bySandboxes],
    blindnesses,
    plans,
    steady,
    seen,
    linesOf,
    journalLines,
  };
}

type Played = Awaited<ReturnType<typeof play>>;

/** The only host of the service, or its nodes. */
function hostsOf({ nodes, isConfigured }: Scenario): Pick<HarborWorldGiven, 'host' | 'nodes'> {
  const hosts = nodes.map(({ runMs, psMs, runtime: { ambiguous, failure } }) => {
    return { runMs, psMs, ambiguous, failure };
  });
  const [host] = hosts;
  return hosts.length === 1 && host !== undefined && !isConfigured
    ? { host }
    : { nodes: Object.fromEntries(hosts.map((one, node) => [`node-${node}`, one])) };
}

/** When the containers were listed for the last time before a call, at the earliest, however slow the nodes are. */
function readAt({ call }: Seen): number {
  return call.at - 1000;
}

/** Whether a node could not be read, or was in doubt, at each possible time of the last reading. */
function wasBlind(played: Played, one: Seen): boolean {
  const readAtMs = readAt(one);
  return played.blindnesses.some(
    ({ fromMs, untilMs }) => fromMs < readAtMs && untilMs > one.call.at,
  );
}

/** Whether what went was in use on any node when the nodes were read for the last time. */
function wasInUse(played: Played, one: Seen): boolean {
  const { uses } = played;
  const { deletion, call } = one;
  const gone = [deletion.digest, ...deletion.alongside];
  const readAtMs = readAt(one);
  return uses.some(
    ({ name, fromMs, untilMs }) =>
      (gone.includes(DIGESTS[name]) || gone.includes(manifestOf(name))) &&
      fromMs < readAtMs &&
      untilMs > call.at,
  );
}

/** What the journal has of the deletion that a call sent: its lines since the last intent before the call. */
function journalOf({ journalLines }: Played, { headers, at }: RecordedCall) {
  const intents = journalLines.filter(
    ({ event, request_id, atMs }) =>
      event === 'intent' && request_id === headers['x-request-id'] && atMs <= at,
  );
  const id = intents.at(-1)?.id;
  return journalLines.filter((line) => line.id === id);
}

/** Changes of the artifact's tags between the last time it was read and its deletion. */
function hadNews({ startMs, standIn }: Played, { call, deletion }: Seen, given: Scenario): boolean {
  const looks = standIn.calls.filter(
    ({ method, path, number, headers }) =>
      method === 'GET' &&
      /\/artifacts\/sha256:\w+\?/.test(path) &&
      number < call.number &&
      headers['x-request-id'] === call.headers['x-request-id'],
  );
  const lookedAtMs = looks.at(-1)?.at ?? startMs;
  const isBetween = (atMs: number) => atMs >= lookedAtMs && atMs <= deletion.at;
  return (
    given.events.some(({ kind, atMs }) => kind === 'tag' && isBetween(startMs + atMs)) ||
    standIn.deletions.some(({ what, at }) => what === 'tag' && isBetween(at))
  );
}

it(
  `nothing that a node uses is deleted, and each deletion is in the log and the journal, in ${RUNS} random cases`,
  async () => {
    let deletions = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const played = await play(given);
        deletions += played.seen.length;
        for (const one of played.seen) {
          const { asked, deletion, lines } = one;
          const isForced = asked.options.force === true;
          const artifactWent = deletion.what === 'artifact';
          const isByTag = !asked.reference.startsWith('sha256:');

          expect(artifactWent && !isForced && wasInUse(played, one)).toBe(false);
          expect(artifactWent && !isForced && wasBlind(played, one)).toBe(false);
          if (asked.ifMatch !== null && asked.planMs === null) {
            expect(deletion.digest).toBe(asked.ifMatch);
          }
          const index = given.requests.indexOf(asked);
          const agreed = played.plans.get(index);
          if (agreed !== undefined) expect(deletion.digest).toBe(agreed.artifact.digest);
          if (agreed !== undefined && !hadNews(played, one, given)) {
            expect(new Set(deletion.tags)).toEqual(new Set(agreed.tags));
          }

          expect(lines[0]).toMatchObject({ outcome: 'pending', digest: deletion.digest });
          const last = lines.at(-1);
          expect(['deleted', 'untagged', 'gone', 'unknown']).toContain(last?.['outcome']);
          if (artifactWent && !hadNews(played, one, given)) {
            expect(new Set(last?.['tags'] as string[])).toEqual(new Set(deletion.tags));
            if (isByTag && !isForced) expect(deletion.tags).toEqual([asked.reference]);
          }
        }
        for (const { made, areRulesReadable } of played.steady) {
          const immutable = made.artifact.tags.filter((tag) => tag === 'release-1');
          const immutableTags = given.immutable ? immutable : [];
          if (!areRulesReadable)
            expect(made).toMatchObject({ immutableTags: null, rulesProven: false });
          else if (given.readFaults.length === 0 || made.rulesProven)
            expect(made).toMatchObject({ immutableTags, rulesProven: true });
        }
        const sent = played.standIn.calls.filter(({ method }) => method === 'DELETE');
        for (const call of sent) expect(journalOf(played, call)).toHaveLength(2);
        for (const { deletion, call } of played.seen) {
          const [intent, ended] = journalOf(played, call);
          expect(intent).toMatchObject({
            digest: deletion.digest,
            tag_only: deletion.what === 'tag',
          });
          expect(ended).not.toMatchObject({ outcome: 'not_deleted' });
        }
        const numbers = given.requests.map((_, index) => index);
        for (const index of numbers) {
          const last = played.linesOf(index).at(-1);
          const wasSeen = played.seen.some(({ asked }) => asked === given.requests[index]);
          if (last?.['outcome'] === 'refused') expect(wasSeen).toBe(false);
          if (given.readFaults.length + given.deleteFaults.length === 0)
            expect(last?.['outcome']).not.toBe('unknown');
        }
      }),
      { numRuns: RUNS },
    );
    expect(deletions).toBeGreaterThan(RUNS / 10);
  },
  20 * 60_000,
);
