/** What the export of spans costs at the start and when idle, and that it costs nothing without a collector. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Measured, measure, median, ratio } from './measure.ts';
import { benchCrictl } from './node.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const IDLE_MS = 1000;
const ROUNDS = 9;

export async function tracing(): Promise<void> {
  const crictl = benchCrictl(30);
  const collector = createServer((_req, res) => res.end('{}')).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const { port } = collector.address() as AddressInfo;
  const exporting = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  const idle = new Map<string, number[]>();
  const side = (name: string, environment: Readonly<Record<string, string>>) => {
    const own: number[] = [];
    idle.set(name, own);
    return {
      name,
      run: async () => {
        const service = await startService({ crictlPath: crictl.path, environment });
        await sleep(IDLE_MS);
        own.push(service.memoryMb());
        await service.stop();
        return service.startedMs;
      },
    };
  };
  title('Start to first answer, and memory when idle, with and without the export of spans');
  // Two equal sides, whose ratio is the noise.
  const sides = await measure(
    [side('without', {}), side('without, again', {}), side('with a collector', exporting)],
    { rounds: ROUNDS, warmUp: true },
  );
  collector.close();
  crictl.cleanup();
  table(sides, 'ms');
  const [without, again, exported] = sides;
  const memory = (name = ''): Measured => {
    const samples = (idle.get(name) ?? []).slice(-ROUNDS);
    const [lowest, highest] = [Math.min(...samples), Math.max(...samples)];
    return { name, samples, median: median(samples), lowest, highest, peakMb: null };
  };
  const times = 'times';
  figure({ what: 'start, with it', value: ratio(exported, without), unit: times });
  figure({ what: 'start, noise', value: ratio(again, without), unit: times });
  const base = memory(without?.name);
  figure({ what: 'memory, with it', value: ratio(memory(exported?.name), base), unit: times });
  figure({ what: 'memory, noise', value: ratio(memory(again?.name), base), unit: times });
  figure({ what: 'memory without it', value: base.median, unit: 'MB', atMost: 90 });
}
