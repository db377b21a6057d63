/** How the first answer grows with nodes and with artifacts, as the exponent of the power law that fits best. */
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { type Measured, measure, timed } from './measure.ts';
import { figure, table, title } from './report.ts';

const ROUNDS = 3;

interface Growth {
  readonly title: string;
  readonly path: string;
  readonly sizes: readonly FleetSize[];
  /** What grows. */
  readonly countOf: (size: FleetSize) => number;
  readonly unit: string;
}

const GROWTHS: readonly Growth[] = [
  {
    title: '/compare from 10 to 1,000 nodes, 20,000 artifacts',
    path: '/compare',
    sizes: [10, 32, 100, 316, 1_000].map((nodes) => sizeOf({ nodes, repositories: 500 })),
    countOf: ({ nodes }) => nodes,
    unit: 'nodes',
  },
  {
    title: '/drift from 10 to 1,000 nodes, 20,000 artifacts',
    path: '/drift',
    sizes: [10, 32, 100, 316, 1_000].map((nodes) => sizeOf({ nodes, repositories: 500 })),
    countOf: ({ nodes }) => nodes,
    unit: 'nodes',
  },
  {
    title: '/drift from 1,000 to 100,000 artifacts, 100 nodes',
    path: '/drift',
    sizes: [25, 79, 250, 790, 2_500].map((repositories) => sizeOf({ nodes: 100, repositories })),
    countOf: ({ repositories, artifacts }) => repositories * artifacts,
    unit: 'artifacts',
  },
];

function sizeOf(size: Pick<FleetSize, 'nodes' | 'repositories'>): FleetSize {
  return { ...size, images: 200, artifacts: 40 };
}

export async function growth(): Promise<void> {
  for (const one of GROWTHS) await measureGrowth(one);
}

async function measureGrowth({ sizes, countOf, ...what }: Growth): Promise<void> {
  title(`First ${what.title}, 5 ms a call`);
  const measured: Measured[] = [];
  for (const size of sizes) {
    const name = `${countOf(size).toLocaleString('en-US')} ${what.unit}`;
    measured.push(...(await firstAnswers({ name, path: what.path, size })));
  }
  table(measured, 'ms');
  const points = measured.map(({ median }, index) => {
    const size = sizes[index];
    return [size === undefined ? Number.NaN : countOf(size), median] as const;
  });
  figure({
    what: `growth of ${what.path} with ${what.unit}`,
    value: exponentOf(points),
    unit: 'exponent',
    atMost: 1.1,
  });
}

/** The first answer of a service that was just started, several times. */
async function firstAnswers(side: {
  readonly name: string;
  readonly path: string;
  readonly size: FleetSize;
}): Promise<Measured[]> {
  const fleet = await startFleet(side.size);
  let peakMb = 0;
  const run = async (): Promise<number> => {
    const service = await fleet.startService();
    const ms = await timed(() => getBody(`${service.url}${side.path}`));
    peakMb = Math.max(peakMb, service.peakMb());
    await service.stop();
    return ms;
  };
  const measured = await measure([{ name: side.name, run, peakMb: () => peakMb }], {
    rounds: ROUNDS,
  });
  await fleet.stop();
  return measured;
}

/** The slope of the line that fits the logarithms best. */
function exponentOf(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const meanX = logs.reduce((sum, [x]) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, [, y]) => sum + y, 0) / logs.length;
  const above = logs.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return above / logs.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}
