/** `/compare` and `/drift` over a thousand nodes: first, again, and against a script that asks one after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from './fleet.ts';
import { differentImages, type FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { type Measured, measure, ratio, type Side, timed } from './measure.ts';
import type { Program } from './program.ts';
import { figure, table, title } from './report.ts';

const SIZE: FleetSize = { nodes: 1_000, images: 200, repositories: 500, artifacts: 40 };
const PATHS = ['/compare', '/drift'] as const;
type Path = (typeof PATHS)[number];
/** Readings are shared for nodes_config.max_age_ms, 5 s by default. */
const MAX_AGE_MS = 5_000;
const ROUNDS = 3;

export async function nodes(): Promise<void> {
  const { nodes: count, images, repositories, artifacts } = SIZE;
  const registry = `${thousands(repositories * artifacts)} artifacts in ${repositories} repositories`;
  title(
    `${thousands(count)} nodes with ${images} images each (${thousands(differentImages(SIZE))} ` +
      `different ones), ${registry}, 5 ms a call`,
  );
  const fleet = await startFleet(SIZE);
  const script = await fleet.startScript();
  const service = freshService(fleet);
  const sides = await measure(
    [
      ...PATHS.flatMap((path) => [...sidesOf(path, service), scriptSide(path, script)]),
      bareSide(fleet, service),
    ],
    { rounds: ROUNDS },
  );
  const peakMb = await service.stop();
  await Promise.all([script.stop(), fleet.stop()]);
  table(sides, 'ms');
  for (const [index, path] of PATHS.entries()) {
    const [first, again, later, other] = sides.slice(4 * index, 4 * index + 4);
    medianFigure({ what: `first ${path}`, side: first, atMost: 5_000 });
    medianFigure({ what: `${path} again, within 5 s`, side: again, atMost: 500 });
    // After that, Harbor has no way to say that nothing has changed, and all lists are read again.
    const goal = path === '/compare' ? { atMost: 500 } : {};
    medianFigure({ what: `${path} again, after 5 s`, side: later, ...goal });
    const against = `against one after another, ${path}`;
    figure({ what: `${against}, first`, value: ratio(other, first), unit: 'times' });
    figure({ what: `${against}, after 5 s`, value: ratio(other, later), unit: 'times' });
    figure({ what: against, value: ratio(other, again), unit: 'times', atLeast: 20 });
  }
  const bare = sides.at(-1)?.median ?? Number.NaN;
  figure({ what: 'of /compare again, after 5 s, what bare Node needs', value: bare, unit: 'ms' });
  figure({ what: 'peak memory of the service', value: peakMb, unit: 'MB', atMost: 400 });
}

interface MedianFigure {
  readonly what: string;
  readonly side: Measured | undefined;
  readonly atMost?: number;
}

/** A service that is started anew for each first answer. */
function freshService(fleet: Fleet) {
  let current: Program | null = null;
  let highestMb = 0;
  const bytes = new Map<Path, number>();
  const stop = async (): Promise<number> => {
    if (current !== null) {
      highestMb = Math.max(highestMb, current.peakMb());
      await current.stop();
    }
    current = null;
    return highestMb;
  };
  return {
    start: async (): Promise<void> => {
      await stop();
      current = await fleet.startService();
    },
    get: async (path: Path): Promise<void> => {
      if (current === null) throw new Error('the service was not started');
      bytes.set(path, await getBody(`${current.url}${path}`));
    },
    bytesOf: (path: Path) => bytes.get(path) ?? Number.NaN,
    stop,
  };
}

/** The first answer, the same again, and the same after the readings are too old to be shared. */
function sidesOf(path: Path, service: ReturnType<typeof freshService>): Side[] {
  const get = () => timed(() => service.get(path));
  return [
    {
      name: `first ${path}`,
      run: async () => {
        await service.start();
        return get();
      },
    },
    { name: `${path} again, within 5 s`, run: get },
    {
      name: `${path} again, after 5 s`,
      run: async () => {
        await sleep(MAX_AGE_MS + 500);
        return get();
      },
    },
  ];
}

function scriptSide(path: Path, script: Program): Side {
  return {
    name: `one after another, ${path}`,
    run: () => timed(() => getBody(`${script.url}${path}`)),
    peakMb: script.peakMb,
  };
}

/** Reads all nodes again, and answers with as many bytes as /compare. */
function bareSide(fleet: Fleet, service: ReturnType<typeof freshService>): Side {
  return {
    name: 'nodes again and such an answer, bare Node',
    run: async () => {
      const bare = await fleet.startBare();
      const get = () => getBody(`${bare.url}/?bytes=${service.bytesOf('/compare')}`);
      await get();
      const ms = await timed(get);
      await bare.stop();
      return ms;
    },
  };
}

function medianFigure({ what, side, ...goal }: MedianFigure): void {
  figure({ what, value: side?.median ?? Number.NaN, unit: 'ms', ...goal });
}

const thousands = (count: number) => count.toLocaleString('en-US');
