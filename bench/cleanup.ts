/** The plan of a cleanup over many nodes, against a script that reads the same, one call after the other. */
import { type Fleet, startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { getBody } from './harbor.ts';
import { median, type Side, timed } from './measure.ts';
import type { Program } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

const SIZE: FleetSize = { nodes: 100, images: 200, repositories: 500, artifacts: 40 };
const POLICY = { tags: ['v*'], keep_newest: 5 };
const FIRST = 'first plan';

export async function cleanup(builds: readonly Build[]): Promise<void> {
  const { nodes, images, repositories, artifacts } = SIZE;
  const fleet = await startFleet(SIZE);
  const script = await fleet.startScript();
  const find = await compare(
    `The plan of a cleanup of ${(repositories * artifacts).toLocaleString('en-US')} artifacts, ` +
      `${nodes} nodes with ${images} images each, 5 ms a call`,
    [
      ...builds.flatMap((build) => sidesOf(fleet, build)),
      {
        what: FIRST,
        who: 'one call after the other, without a plan',
        unit: 'ms',
        run: () => timed(() => getBody(`${script.url}/drift`)),
      },
    ],
    { rounds: 3 },
  );
  goal('plan', median(find(FIRST, SERVICE).samples));
  await Promise.all([script.stop(), fleet.stop()]);
}

function sidesOf(fleet: Fleet, build: Build): readonly Side[] {
  let service: Program;
  const who = build.name;
  const plan = () => timed(() => planOf(service));
  return [
    {
      what: FIRST,
      who,
      unit: 'ms',
      run: async () => {
        service = await fleet.startService(build);
        return plan();
      },
    },
    { what: 'plan again', who, unit: 'ms', run: plan },
    {
      what: 'peak memory',
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

/** Asks for a plan. @throws Error if it has no candidates */
async function planOf({ url }: Program): Promise<void> {
  const response = await fetch(`${url}/harbor/cleanup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ policy: POLICY }),
  });
  const { candidates } = (await response.json()) as { candidates?: readonly unknown[] };
  if (!candidates?.length) throw new Error(`/harbor/cleanup answered ${response.status}`);
}
