/** Time to the first answer and idle memory, built, through tsx, and of the least that a Node process with Hono needs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measure, ratio } from './measure.ts';
import { benchCrictl } from './node.ts';
import { startProgram } from './program.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const IDLE_MS = 1000;

export async function start(): Promise<void> {
  const crictl = benchCrictl(30);
  const idle = { built: [] as number[], tsx: [] as number[], bare: [] as number[] };
  const side = (name: 'built' | 'tsx') => {
    let peakMb = 0;
    return {
      name: name === 'built' ? 'built, plain node' : 'through tsx',
      run: async () => {
        const how = name === 'tsx' ? { viaTsx: true as const } : {};
        const service = await startService({ crictlPath: crictl.path, ...how });
        await sleep(IDLE_MS);
        idle[name].push(service.memoryMb());
        peakMb = Math.max(peakMb, service.peakMb());
        await service.stop();
        return service.startedMs;
      },
      peakMb: () => peakMb,
    };
  };
  title('Start to first answer, and memory when idle');
  const bare = { name: 'bare Hono', run: () => startBare(idle.bare) };
  const sides = await measure([side('built'), side('tsx'), bare], { rounds: 5 });
  crictl.cleanup();
  table(sides, 'ms');
  const [built, tsx, least] = sides;
  const startMs = built?.median ?? Number.NaN;
  figure({ what: 'start to first answer', value: startMs, unit: 'ms', atMost: 300 });
  figure({ what: 'of it, what bare Hono needs', value: least?.median ?? Number.NaN, unit: 'ms' });
  figure({ what: 'faster than through tsx', value: ratio(tsx, built), unit: 'times' });
  // The maximum of all runs, because memory does not depend on other load.
  figure({ what: 'idle memory', value: Math.max(...idle.built), unit: 'MB', atMost: 90 });
  figure({ what: 'of it, what bare Hono needs, idle', value: Math.max(...idle.bare), unit: 'MB' });
  figure({ what: 'idle memory through tsx', value: Math.max(...idle.tsx), unit: 'MB' });
}

/** Starts Hono with one route, whose answer is empty. @returns the time to its first answer, milliseconds */
async function startBare(idleMb: number[]): Promise<number> {
  const startedAtMs = performance.now();
  const bare = await startProgram('bare-hono', { bodyPath: '/dev/null' });
  await (await fetch(`${bare.url}/local-images`)).text();
  const startedMs = performance.now() - startedAtMs;
  await sleep(IDLE_MS);
  idleMb.push(bare.memoryMb());
  await bare.stop();
  return startedMs;
}
