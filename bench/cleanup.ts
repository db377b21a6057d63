/** The plan of a cleanup over many nodes: the first one, and the same again. */
import { startFleet } from './fleet.ts';
import type { FleetSize } from './fleet-world.ts';
import { measure, timed } from './measure.ts';
import type { Program } from './program.ts';
import { figure, table, title } from './report.ts';

const SIZE: FleetSize = { nodes: 100, images: 200, repositories: 500, artifacts: 40 };
const POLICY = { tags: ['v*'], keep_newest: 5 };
const ROUNDS = 3;

export async function cleanup(): Promise<void> {
  const { nodes, images, repositories, artifacts } = SIZE;
  const all = repositories * artifacts;
  title(
    `The plan of a cleanup: ${all.toLocaleString('en-US')} artifacts in ${repositories} repositories, ` +
      `${nodes} nodes with ${images} images each, 5 ms a call`,
  );
  const fleet = await startFleet(SIZE);
  let service: Program | null = null;
  let peakMb = 0;
  const stop = async (): Promise<void> => {
    peakMb = Math.max(peakMb, service?.peakMb() ?? 0);
    await service?.stop();
  };
  const plan = () => timed(() => planOf(service));
  const sides = await measure(
    [
      {
        name: 'first plan',
        run: async () => {
          await stop();
          service = await fleet.startService();
          return plan();
        },
      },
      { name: 'plan again', run: plan },
    ],
    { rounds: ROUNDS },
  );
  await stop();
  await fleet.stop();
  table(sides, 'ms');
  const [first, again] = sides;
  figure({
    what: 'first plan of a cleanup',
    value: first?.median ?? NaN,
    unit: 'ms',
    atMost: 5_000,
  });
  figure({ what: 'plan of a cleanup again', value: again?.median ?? NaN, unit: 'ms' });
  figure({ what: 'peak memory of a plan', value: peakMb, unit: 'MB', atMost: 400 });
}

/** Asks for a plan. @throws Error if it has no candidates */
async function planOf(service: Program | null): Promise<void> {
  const response = await fetch(`${service?.url}/harbor/cleanup`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ policy: POLICY }),
  });
  const { candidates } = (await response.json()) as { candidates?: readonly unknown[] };
  if (!candidates?.length) throw new Error(`/harbor/cleanup answered ${response.status}`);
}
