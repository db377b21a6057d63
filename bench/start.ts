/** Time to the first answer, idle memory and size, against the least that a Node process with Hono needs. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchCrictl } from './crictl.ts';
import { ratio, type Side } from './measure.ts';
import { type Program, startProgram } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE, startService } from './service.ts';

const IDLE_MS = 1000;
const START = 'start to the first answer';
const IDLE = 'idle memory';
const BARE = 'bare Hono';

type Started = Program & { readonly startedMs: number };

export async function start(builds: readonly Build[]): Promise<void> {
  const crictl = benchCrictl(30);
  const find = await compare(
    'The built service, one process with router and bridge',
    [
      ...builds.flatMap((build) =>
        startSides(build.name, () => startService(build, { crictlPath: crictl.path })),
      ),
      ...startSides(BARE, startBare),
    ],
    { rounds: 9, warmUp: true },
  );
  goal('start', ratio(find(START, SERVICE), find(START, BARE)));
  // The maximum of all runs, because memory does not depend on other load.
  goal('idle', Math.max(...find(IDLE, SERVICE).samples));
  crictl.cleanup();
  await compare('Built files', ['single', 'router', 'bridge'].flatMap(sizes), { rounds: 1 });

  function sizes(name: string): readonly Side[] {
    return builds.map((build) => ({
      what: `dist/start/${name}.js`,
      who: build.name,
      unit: 'KiB',
      run: async () => statSync(path.join(build.folder, `dist/start/${name}.js`)).size / 1024,
    }));
  }
}

function startSides(who: string, startOne: () => Promise<Started>): readonly Side[] {
  let idleMb = Number.NaN;
  return [
    {
      what: START,
      who,
      unit: 'ms',
      run: async () => {
        const program = await startOne();
        await sleep(IDLE_MS);
        idleMb = program.memoryMb();
        await program.stop();
        return program.startedMs;
      },
    },
    { what: IDLE, who, unit: 'MB', run: async () => idleMb },
  ];
}

/** Starts Hono with one route, whose answer is empty. */
async function startBare(): Promise<Started> {
  const startedAtMs = performance.now();
  const bare = await startProgram('bare-hono', { bodyPath: '/dev/null' });
  await (await fetch(`${bare.url}/local-images`)).text();
  return { ...bare, startedMs: performance.now() - startedAtMs };
}
