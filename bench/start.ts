/** Time to the first answer and idle memory, built, through tsx, and of the least that a Node process with Hono needs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measure, ratio, type Side } from './measure.ts';
import { benchCrictl } from './node.ts';
import { startProgram } from './program.ts';
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
  const bare = bareSide();
  const sides = await measure([side('built'), side('tsx'), bare.side], { rounds: 5 });
  crictl.cleanup();
  bare.cleanup();
  table(sides, 'ms');
  const [built, tsx, least] = sides;
  const startMs = built?.median ?? Number.NaN;
  figure({ what: 'start to first answer', value: startMs, unit: 'ms', atMost: 300 });
  figure({ what: 'of it, what bare Hono needs', value: least?.median ?? Number.NaN, unit: 'ms' });
  figure({ what: 'faster than through tsx', value: ratio(tsx, built), unit: 'times' });
  // The maximum of all runs, because memory does not depend on other load.
  figure({ what: 'idle memory', value: Math.max(...idle.built), unit: 'MB', atMost: 90 });
  figure({ what: 'of it, what bare Hono needs, idle', value: bare.idleMb(), unit: 'MB' });
  figure({ what: 'idle memory through tsx', value: Math.max(...idle.tsx), unit: 'MB' });
}

/** Hono with one route. */
function bareSide(): { side: Side; idleMb: () => number; cleanup: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const bodyPath = path.join(folder, 'body.json');
  writeFileSync(bodyPath, '[]');
  let idleMb = 0;
  const run = async () => {
    const startedAtMs = performance.now();
    const bare = await startProgram('bare-hono', { bodyPath });
    await (await fetch(`${bare.url}/local-images`)).text();
    const startedMs = performance.now() - startedAtMs;
    await sleep(IDLE_MS);
    idleMb = Math.max(idleMb, bare.memoryMb());
    await bare.stop();
    return startedMs;
  };
  return {
    side: { name: 'bare Hono', run },
    idleMb: () => idleMb,
    cleanup: () => rmSync(folder, { recursive: true, force: true }),
  };
}
