/** Many clients that ask for one long list at once: how much memory the service takes for them. */
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { type Side, timed } from './measure.ts';
import type { Program } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

const SIZE: FleetSize = { nodes: 100, images: 200, repositories: 750, artifacts: 40 };
const CLIENTS = 150;
const PEAK = 'peak memory above that for one client';

export async function crowd(builds: readonly Build[]): Promise<void> {
  const fleet = await startFleet(SIZE);
  const services = await Promise.all(
    builds.map(async (build) => ({ name: build.name, program: await fleet.startService(build) })),
  );
  const find = await compare(
    `${CLIENTS} clients at once, /harbor/unused?q=repository, ${(SIZE.repositories * SIZE.artifacts).toLocaleString('en-US')} artifacts`,
    services.flatMap(({ name, program }) => sidesOf(name, program)),
    { rounds: 1 },
  );
  goal('crowd', Math.max(...find(PEAK, SERVICE).samples));
  await Promise.all(services.map(({ program }) => program.stop()));
  await fleet.stop();
}

function sidesOf(who: string, program: Program): readonly Side[] {
  let aloneMb = 0;
  const ask = () => getBody(`${program.url}/harbor/unused?q=repository`);
  const all = () => timed(() => Promise.all(Array.from({ length: CLIENTS }, ask)));
  return [
    {
      what: 'all answers',
      who,
      unit: 'ms',
      run: async () => {
        await ask();
        aloneMb = program.peakMb();
        return all();
      },
    },
    { what: PEAK, who, unit: 'MB', run: async () => program.peakMb() - aloneMb },
  ];
}
