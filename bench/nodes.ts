/** `/compare` and `/drift` over a thousand nodes: first, again, and against a script that asks one after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fleet, startFleet } from './fleet.ts';
import { differentImages, type FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { median, type Side, timed } from './measure.ts';
import type { Program } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

const SIZE: FleetSize = { nodes: 1_000, images: 200, repositories: 500, artifacts: 40 };
const PATHS = ['/compare', '/drift'];
/** Readings are shared for nodes_config.max_age_ms, 5 s by default. */
const MAX_AGE_MS = 5_000;

export async function nodes(builds: readonly Build[]): Promise<void> {
  const { nodes: count, images, repositories, artifacts } = SIZE;
  const fleet = await startFleet(SIZE);
  const script = await fleet.startScript();
  const find = await compare(
    `${thousands(count)} nodes with ${images} images each (${thousands(differentImages(SIZE))} ` +
      `different ones), ${thousands(repositories * artifacts)} artifacts, 5 ms a call`,
    [
      ...builds.flatMap((build) => PATHS.flatMap((path) => sidesOf(fleet, build, path))),
      ...PATHS.map(
        (path): Side => ({
          what: `first ${path}`,
          who: 'one call after the other',
          unit: 'ms',
          run: () => timed(() => getBody(script.url + path)),
        }),
      ),
    ],
    { rounds: 3 },
  );
  goal('compare', median(find('first /compare', SERVICE).samples));
  goal('compareLater', median(find('/compare again, after 5 s', SERVICE).samples));
  goal('drift', median(find('first /drift', SERVICE).samples));
  const peaks = PATHS.flatMap((path) => find(`peak memory, ${path}`, SERVICE).samples);
  goal('nodesPeak', Math.max(...peaks));
  await Promise.all([script.stop(), fleet.stop()]);
}

/** The first answer of a new service, the same again, and the same when the readings are too old to be shared. */
function sidesOf(fleet: Fleet, build: Build, path: string): readonly Side[] {
  let service: Program;
  const get = () => timed(() => getBody(service.url + path));
  const who = build.name;
  return [
    {
      what: `first ${path}`,
      who,
      unit: 'ms',
      run: async () => {
        service = await fleet.startService(build);
        return get();
      },
    },
    { what: `${path} again, within 5 s`, who, unit: 'ms', run: get },
    {
      what: `${path} again, after 5 s`,
      who,
      unit: 'ms',
      run: async () => {
        await sleep(MAX_AGE_MS + 500);
        return get();
      },
    },
    {
      what: `peak memory, ${path}`,
      who,
      unit: 'MB',
      run: async () => {
        const peakMb = service.peakMb();
        await service.stop();
        return peakMb;
      },
    },
  ];
}

const thousands = (count: number) => count.toLocaleString('en-US');
