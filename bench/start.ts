/** Time to the first answer and idle memory, built and through tsx. */
import { setTimeout as sleep } from 'node:timers/promises';
import { measure, ratio } from './measure.ts';
import { benchCrictl } from './node.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const IDLE_MS = 1000;

export async function start(): Promise<void> {
  const crictl = benchCrictl(30);
  const idle = { built: [] as number[], tsx: [] as number[] };
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
  const sides = await measure([side('built'), side('tsx')], { rounds: 5 });
  crictl.cleanup();
  table(sides, 'ms');
  const [built, tsx] = sides;
  const startMs = built?.median ?? Number.NaN;
  figure({ what: 'start to first answer', value: startMs, unit: 'ms', atMost: 300 });
  figure({ what: 'faster than through tsx', value: ratio(tsx, built), unit: 'times' });
  // The maximum of all runs, because memory does not depend on other load.
  figure({ what: 'idle memory', value: Math.max(...idle.built), unit: 'MB', atMost: 90 });
  figure({ what: 'idle memory through tsx', value: Math.max(...idle.tsx), unit: 'MB' });
}
