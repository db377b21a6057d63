/** `/compare` and `/drift` over a thousand nodes: first, again, and against a script that asks one after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from './fleet.ts';
import { differentImages, type FleetSize } from './fleet-world.ts';
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
    PATHS.flatMap((path) => [...sidesOf(path, service), scriptSide(path, script)]),
    { rounds: ROUNDS },
  );
  const peakMb = await service.stop();
  await Promise.all([script.stop(), fleet.stop()]);
  table(sides, 'ms');
  for (const [index, path] of PATHS.entries()) {
    const [first, again, later, other] = sides.slice(4 * index, 4 * index + 4);
    medianFigure(`first ${path}`, first, 5_000);
    medianFigure(`${path} again`, again, 500);
    medianFigure(`${path} when nothing has changed`, later, 500);
    const against = `against one after another, ${path}`;
    figure({ what: `${against}, first`, value: ratio(other, first), unit: 'times' });
    figure({ what: against, value: ratio(other, later), unit: 'times', atLeast: 20 });
  }
  figure({ what: 'peak memory of the service', value: peakMb, unit: 'MB', atMost: 400 });
}

/** A service that is started anew for each first answer. */
function freshService(fleet: Fleet) {
  let current: Program | null = null;
  let highestMb = 0;
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
      await getAll(`${current.url}${path}`);
    },
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
    run: () => timed(() => getAll(`${script.url}${path}`)),
    peakMb: script.peakMb,
  };
}

function medianFigure(what: string, side: Measured | undefined, atMost: number): void {
  figure({ what, value: side?.median ?? Number.NaN, unit: 'ms', atMost });
}

/** Reads a complete answer. @throws Error if it is none */
async function getAll(url: string): Promise<void> {
  const response = await fetch(url);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}, ${byteLength} bytes`);
}

const thousands = (count: number) => count.toLocaleString('en-US');
