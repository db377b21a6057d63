/** How answers grow with what they are made from, as the exponent of the power law that fits best. */
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { journalOf } from './journal-file.ts';
import { type Measured, measure, timed } from './measure.ts';
import { benchCrictl } from './node.ts';
import { type Program, startProgram } from './program.ts';
import { curve, figure, table, title } from './report.ts';
import { startService } from './service.ts';

const ROUNDS = 3;

/** What a service is started over. */
interface World {
  readonly startService: () => Promise<Program>;
  readonly stop: () => Promise<void>;
}

interface Growth {
  readonly title: string;
  readonly paths: readonly string[];
  readonly sizes: readonly number[];
  /** What grows. */
  readonly of: string;
  readonly startWorld: (size: number) => Promise<World>;
}

const ARTIFACTS_PATH = '/harbor/artifacts/project-000/repository-000';

const GROWTHS: readonly Growth[] = [
  {
    title: 'A list of 100 to 100,000 artifacts, 5 ms a call',
    paths: [ARTIFACTS_PATH],
    sizes: [100, 1_000, 10_000, 100_000],
    of: 'artifacts in the list',
    startWorld: startRepository,
  },
  {
    title: 'First /compare and /drift from 1 to 1,000 nodes, 20,000 artifacts, 5 ms a call',
    paths: ['/compare', '/drift'],
    sizes: [1, 10, 100, 1_000],
    of: 'nodes',
    startWorld: (nodes) => startFleet(sizeOf({ nodes, repositories: 500 })),
  },
  {
    title: 'First /drift from 1,000 to 100,000 artifacts, 100 nodes, 5 ms a call',
    paths: ['/drift'],
    sizes: [1_000, 10_000, 100_000],
    of: 'artifacts in the registry',
    startWorld: (artifacts) => startFleet(sizeOf({ nodes: 100, repositories: artifacts / 40 })),
  },
  {
    title: '/journal over 100 to 100,000 lines: all deletions, and the newest hundred',
    paths: ['/journal', '/journal?page=1&page_size=100'],
    sizes: [100, 1_000, 10_000, 100_000],
    of: 'lines of the journal',
    startWorld: startJournal,
  },
];

function sizeOf(size: Pick<FleetSize, 'nodes' | 'repositories'>): FleetSize {
  return { ...size, images: 200, artifacts: 40 };
}

export async function growth(): Promise<void> {
  for (const one of GROWTHS) await measureGrowth(one);
}

async function measureGrowth({ paths, sizes, of, startWorld, ...what }: Growth): Promise<void> {
  title(what.title);
  const measured: Measured[][] = [];
  for (const size of sizes) {
    const world = await startWorld(size);
    const named = (path: string) => `${shown(path)}, ${size.toLocaleString('en-US')} ${of}`;
    const sides = paths.map((path) => firstAnswer(named(path), path, world));
    measured.push(await measure(sides, { rounds: ROUNDS }));
    await world.stop();
  }
  table(measured.flat(), 'ms');
  for (const [index, path] of paths.entries()) {
    const points = measured.flatMap((sides, row) => {
      const { median: ms, peakMb } = sides[index] ?? { median: Number.NaN, peakMb: null };
      return [{ size: sizes[row] ?? Number.NaN, ms, peakMb: peakMb ?? 0 }];
    });
    curve({ name: shown(path), of, points });
    const exponent = exponentOf(points.map(({ size, ms }) => [size, ms]));
    const value = Math.max(0, exponent);
    figure({ what: `growth of ${shown(path)} with ${of}`, value, unit: 'exponent', atMost: 1.1 });
  }
}

/** The first answer of a service that was just started, so that nothing is shared. */
function firstAnswer(name: string, path: string, world: World) {
  let peakMb = 0;
  const run = async (): Promise<number> => {
    const service = await world.startService();
    const ms = await timed(() => getBody(`${service.url}${path}`));
    peakMb = Math.max(peakMb, service.peakMb());
    await service.stop();
    return ms;
  };
  return { name, run, peakMb: () => peakMb };
}

async function startRepository(artifacts: number): Promise<World> {
  const harbor = await startProgram('harbor-stand-in', { latencyMs: 5, registry: { artifacts } });
  return {
    startService: () => startService({ harborUrl: harbor.url }),
    stop: () => harbor.stop(),
  };
}

async function startJournal(lines: number): Promise<World> {
  const journal = journalOf(lines);
  const crictl = benchCrictl(1);
  return {
    startService: () =>
      startService({ crictlPath: crictl.path, deletes: { journal_file: journal.path } }),
    stop: async () => {
      journal.cleanup();
      crictl.cleanup();
    },
  };
}

function shown(path: string): string {
  return path === ARTIFACTS_PATH ? '/harbor/artifacts/…' : path;
}

/** The slope of the line that fits the logarithms best. */
function exponentOf(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
