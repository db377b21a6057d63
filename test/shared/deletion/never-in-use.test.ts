/**
 * Nothing in use is deleted without `force`, and each deletion has its lines in the log and in the journal,
 * whatever Harbor, its network, the host and the clients do meanwhile. NEVER_IN_USE_RUNS sets how many random
 * cases are tried.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createVirtualClock } from '../../../demo/harbor/clock.ts';
import type { CarriedOutDeletion } from '../../../demo/harbor/deletions.ts';
import type { Faults, RecordedCall } from '../../../demo/harbor/faults.ts';
import { createLimit } from '../../../shared/harbor/limit.ts';
import { memoryJournal } from '../../support/journal.ts';
import type { LogLine } from '../../support/log.ts';
import {
  type Asked,
  artifactsOf,
  DIGESTS,
  type Event,
  manifestOf,
  type Name,
  RUNNABLE,
  type Scenario,
  scenario,
} from './random-deletions.ts';
import { BYSTANDER, containerOf, createWorld, hostImage } from './world.ts';

const RUNS = Number(process.env['NEVER_IN_USE_RUNS'] ?? 200);
/** Longer than all that a case begins. */
const END_MS = 300_000;

/** When an artifact began and ceased to be used. */
interface Use {
  readonly name: Name;
  readonly fromMs: number;
  untilMs: number;
}

/** A deletion that Harbor carried out, with the request that led to it. */
interface Seen {
  readonly deletion: CarriedOutDeletion;
  readonly call: RecordedCall;
  readonly asked: Asked;
  readonly lines: readonly LogLine[];
}

/** The faults of reads and of deletions, each in the order of the calls. */
function inTurn({ readFaults, deleteFaults }: Scenario): Faults {
  const left = { GET: [...readFaults], DELETE: [...deleteFaults] };
  return ({ method }) =>
    method === 'GET' || method === 'DELETE' ? left[method].shift() : undefined;
}

/** Plays a case to its end. */
async function play(given: Scenario) {
  const { runtime, runMs } = given;
  const limit = createLimit({ concurrency: given.concurrency });
  const clock = createVirtualClock();
  const { journal, lines: journalLines, disk } = memoryJournal(clock);
  disk.lineMs = given.lineMs;
  const world = createWorld({
    clock,
    journal,
    projects: [
      {
        name: 'team',
        immutableTags: given.immutable ? ['release-*'] : [],
        repositories: { web: artifactsOf(given.tags) },
      },
    ],
    limit,
    faults: inTurn(given),
    host: { runMs, ambiguous: runtime.ambiguous, failure: runtime.failure },
  });
  const { host, registry } = world;
  const startMs = clock.now();
  const uses: Use[] = [];
  const clients = given.requests.map(() => new AbortController());

  const setHost = (): void => {
    const used = [...new Set(uses.filter(({ untilMs }) => untilMs === Infinity).map(imageOf))];
    host.images = runtime.isEmpty ? [] : [BYSTANDER, ...used];
    host.containers = runtime.isEmpty ? [] : used.map(containerOf);
  };
  const startPod = (name: Name): void => {
    uses.push({ name, fromMs: clock.now(), untilMs: Infinity });
    setHost();
  };
  const endPod = (name: Name): void => {
    const use = uses.find((candidate) => candidate.name === name && candidate.untilMs === Infinity);
    if (use !== undefined) use.untilMs = clock.now();
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
    else if (event.kind === 'client-leaves') clients[event.request]?.abort();
    else if (event.kind === 'index-goes') dropIndex(event.name);
    else registry.push('team', 'web', { digest: DIGESTS[event.name], tags: [event.tag] });
  };
  given.running.forEach(startPod);
  setHost();

  const events = given.events.map((event) => clock.sleep(event.atMs).then(() => happen(event)));
  const answers = given.requests.map(async (asked, index) => {
    await clock.sleep(asked.atMs);
    const signal = clients[index]?.signal ?? null;
    const headers: Record<string, string> = { 'x-request-id': `r${index}` };
    if (asked.ifMatch !== null) headers['if-match'] = `"${asked.ifMatch}"`;
    await world.send(`team/web/${asked.reference}${asked.query}`, { headers, signal });
  });
  await Promise.all([...events, ...answers]);
  await clock.sleep(END_MS);

  const linesOf = (index: number) =>
    world.lines.filter(({ request_id }) => request_id === `r${index}`);
  const seen = world.standIn.deletions.flatMap((deletion): Seen[] => {
    const call = world.standIn.calls.find(({ number }) => number === deletion.call);
    const index = Number(call?.headers['x-request-id']?.slice(1));
    const asked = given.requests[index];
    return call === undefined || asked === undefined
      ? []
      : [{ deletion, call, asked, lines: linesOf(index) }];
  });
  return { ...world, startMs, uses, seen, linesOf, journalLines };
}

type Played = Awaited<ReturnType<typeof play>>;

function imageOf({ name }: Use) {
  return IMAGES[name];
}
const IMAGES = Object.fromEntries(
  RUNNABLE.map((name) => [name, hostImage(DIGESTS[name], manifestOf(name))]),
) as Record<Name, ReturnType<typeof hostImage>>;

/** Whether what went was in use when the host was read for the last time, by any reading. */
function wasInUse({ uses, host }: Played, { deletion, call }: Seen): boolean {
  const gone = [deletion.digest, ...deletion.alongside];
  // A reading takes `runMs` and may be a second old when the call goes out.
  const readAtMs = call.at - host.runMs - 1000;
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
  `nothing in use is deleted, and each deletion is in the log and the journal, in ${RUNS} random cases`,
  async () => {
    let deletions = 0;
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const played = await play(given);
        deletions += played.seen.length;
        for (const one of played.seen) {
          const { asked, deletion, lines } = one;
          const isForced = asked.query === '?force=true';
          const artifactWent = deletion.what === 'artifact';
          const { runtime } = given;
          const isBlind =
            runtime.isEmpty || runtime.failure !== null || runtime.ambiguous.length > 0;
          const isByTag = !asked.reference.startsWith('sha256:');

          expect(artifactWent && !isForced && wasInUse(played, one)).toBe(false);
          expect(artifactWent && !isForced && isBlind).toBe(false);
          if (asked.ifMatch !== null) expect(deletion.digest).toBe(asked.ifMatch);

          expect(lines[0]).toMatchObject({ outcome: 'pending', digest: deletion.digest });
          const last = lines.at(-1);
          expect(['deleted', 'untagged', 'gone', 'unknown']).toContain(last?.['outcome']);
          if (artifactWent && !hadNews(played, one, given)) {
            expect(new Set(last?.['tags'] as string[])).toEqual(new Set(deletion.tags));
            if (isByTag && !isForced) expect(deletion.tags).toEqual([asked.reference]);
          }
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
  10 * 60_000,
);
