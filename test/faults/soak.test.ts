/**
 * Full load on a router, two bridges and a Harbor, each a process, with faults at random. SOAK_SECONDS (300) is
 * how long, and SOAK_SEED repeats the choices of an earlier run, which printed it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import type { JournalRow } from '../../shared/ports/journal-record.ts';
import { eventually } from '../support/eventually.ts';
import { buildProgram } from '../support/program.ts';
import { descriptors } from './process-state.ts';
import { recovery } from './recovery.ts';
import { createAsking } from './soak/asking.ts';
import { type ClientOptions, leaver, reader, sender, viewer, watcher } from './soak/clients.ts';
import { cleaner, createLedger, deleter, hastyDeleter } from './soak/deleters.ts';
import { watchEnds } from './soak/ends.ts';
import { harborTrack, logTrack, nodeTrack } from './soak/fault-tracks.ts';
import { type SoakHarbor, startHarbor } from './soak/harbor.ts';
import { disagreements } from './soak/journal-check.ts';
import { memoryOf } from './soak/process-memory.ts';
import { createRandom } from './soak/random.ts';
import { medianOf, printFailure, printReport, type Sample } from './soak/report.ts';
import { startTopology, type Topology } from './soak/topology.ts';
import { findTruth } from './soak/truth.ts';

const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 300);
const SEED = Number(process.env['SOAK_SEED'] ?? Date.now() % 1_000_000);
const DELETERS = ['churn/a', 'churn/b', 'churn/c'];
const HASTY = 'churn/hasty';
const SWEPT = 'sweep/swept';
const SAMPLES = 12;
/** Caches have a limit, and most of them are full after the warm-up. */
const MEMORY_NOISE_MB = 16;
const DESCRIPTOR_NOISE = 4;

let program = '';
beforeAll(async () => {
  program = await buildProgram(new URL('./soak/harbor-program.ts', import.meta.url));
});

it(
  `serves right answers for ${SECONDS} s in spite of random faults, and leaks nothing`,
  async () => {
    process.stdout.write(`SOAK_SEED=${SEED} SOAK_SECONDS=${SECONDS}\n`);
    const repositories = [...DELETERS, HASTY, SWEPT];
    const ends = watchEnds();
    const harbor = await startHarbor(program, { seed: SEED, repositories, ends });
    const topology = await startTopology(harbor.url, ends);
    onTestFinished(({ task }) => {
      if (task.result?.state === 'fail') printFailure(SEED, topology);
    });
    const { url } = topology;
    const asking = createAsking(url);
    const truth = await findTruth(asking);
    const ledger = createLedger();
    const recoveries = new Map<string, number[]>();
    const samples: Sample[] = [];
    const startedMs = performance.now();

    const run = async (seconds: number, name: string): Promise<void> => {
      const endsMs = performance.now() + seconds * 1000;
      const isStopped = () => performance.now() > endsMs;
      const common = (client: string): ClientOptions => {
        return { asking, truth, url, isStopped, random: createRandom(SEED, `${name} ${client}`) };
      };
      const deleting = (path: string) => ({ ...common(path), harbor, ledger, path });
      const faulty = (track: string) => ({
        ...common(track),
        topology,
        harbor,
        onStuck: asking.fault,
        onRecovery: (fault: string, ms: number) =>
          recoveries.set(fault, [...(recoveries.get(fault) ?? []), ms]),
      });
      const faults = [
        harborTrack(faulty('Harbor')),
        nodeTrack(faulty('nodes')),
        logTrack(faulty('log')),
      ];
      const clients = [
        ...['r1', 'r2', 'r3'].map((client) => reader(common(client))),
        viewer(common('viewer')),
        watcher(common('watcher')),
        sender(common('sender')),
        ...['l1', 'l2'].map((client) => leaver(common(client))),
        ...DELETERS.map((path) => deleter(deleting(path))),
        hastyDeleter(deleting(HASTY)),
        cleaner(deleting(SWEPT)),
      ];
      const measuring = (async () => {
        while (!isStopped()) {
          await sleep((SECONDS * 1000) / SAMPLES);
          samples.push(await sample(topology, startedMs));
        }
      })();
      await ends.during(Promise.all([...clients, ...faults, measuring]));
    };
    const quiet = async (): Promise<Sample> => {
      await sleep(6000); // connections that nobody uses are closed
      return sample(topology, startedMs);
    };

    await run(SECONDS * 0.25, 'warm-up');
    const before = await quiet();
    await run(SECONDS * 0.75, 'load');
    await eventually(() =>
      expect(descriptors(topology.router.pid)).toBeLessThanOrEqual(
        before.router.descriptors + DESCRIPTOR_NOISE,
      ),
    );
    const after = await quiet();
    samples.push(before, after);
    samples.sort((one, other) => one.atS - other.atS);
    printReport({ seed: SEED, seconds: SECONDS, asking, recoveries, samples });

    expect(asking.faults).toEqual([]);
    expect(topology.router.stderr().match(/Warning|Unhandled|the process failed/g)).toBeNull();
    for (const { bridge } of topology.nodes) expect(bridge.log()).not.toContainEqual(FAILED);
    expectNoGrowth(samples, before, after);
    await restart(topology);
    await asking.close();
    await expectJournal(topology, harbor, ledger);
  },
  (SECONDS * 2 + 400) * 1000,
);

const FAILED = expect.objectContaining({ level: 'CRITICAL' });

async function sample({ router, nodes }: Topology, startedMs: number): Promise<Sample> {
  return {
    atS: (performance.now() - startedMs) / 1000,
    router: await memoryOf(router),
    // A bridge may be killed just now.
    bridges: await Promise.all(nodes.map(({ bridge }) => memoryOf(bridge).catch(() => NONE))),
  };
}
const NONE = { usedMb: Number.NaN, residentMb: Number.NaN, descriptors: Number.NaN };

function expectNoGrowth(samples: readonly Sample[], before: Sample, after: Sample): void {
  const underLoad = samples.filter((one) => one !== after && one.atS > before.atS);
  const used = underLoad.map(({ router }) => router.usedMb);
  const half = Math.floor(used.length / 2);
  expect(medianOf(used.slice(half)) - medianOf(used.slice(0, half))).toBeLessThan(MEMORY_NOISE_MB);
  expect(after.router.usedMb - before.router.usedMb).toBeLessThan(MEMORY_NOISE_MB);
  for (const bridge of after.bridges) expect(bridge.descriptors).toBeLessThan(60);
}

/** A stop is clean, and the next start settles what is open. */
async function restart(topology: Topology): Promise<void> {
  expect(await topology.restartRouter()).toBe(0);
}

async function expectJournal(
  topology: Topology,
  harbor: SoakHarbor,
  ledger: ReturnType<typeof createLedger>,
): Promise<void> {
  const agrees = async () => {
    const evidence = {
      rows: await allRows(topology.url),
      path: topology.journalFile,
      truth: await harbor.truth(),
      ledger,
    };
    expect(disagreements(evidence)).toEqual([]);
  };
  // If Harbor cannot be asked, the service asks again after a minute.
  await recovery('the router started again, its journal settled', agrees, { withinMs: 150_000 });
}

async function allRows(url: string): Promise<readonly JournalRow[]> {
  const answer = await fetch(`${url}/journal`);
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json()) as readonly JournalRow[];
}
