/** 100,000 artifacts: peak memory above idle, against a script that keeps everything that Harbor sends. */
import { getRows, startHarbor } from './harbor.ts';
import { measure, timed } from './measure.ts';
import type { Program } from './program.ts';
import { figure, table, title } from './report.ts';

const ARTIFACTS = 100_000;

export async function memory(): Promise<void> {
  title(`${ARTIFACTS.toLocaleString('en-US')} artifacts in one repository, no latency`);
  const { service, script, stop } = await startHarbor({
    latencyMs: 0,
    registry: { artifacts: ARTIFACTS },
  });
  const idleMb = { service: service.memoryMb(), script: script.memoryMb() };
  const side = (name: string, program: Program, path: string) => ({
    name,
    run: () => timed(() => getRows(`${program.url}${path}`, ARTIFACTS)),
    peakMb: program.peakMb,
  });
  const harborPath = '/projects/project-000/repositories/repository-000/artifacts';
  const sides = await measure(
    [
      side('service', service, '/harbor/artifacts/project-000/repository-000'),
      side('page by page, 100 a page', script, `/list?path=${harborPath}&page_size=100`),
    ],
    { rounds: 2 },
  );
  const [own, other] = [service.peakMb() - idleMb.service, script.peakMb() - idleMb.script];
  await stop();
  table(sides, 'ms');
  figure({ what: 'peak of the service over idle', value: own, unit: 'MB', atMost: 200 });
  figure({ what: 'peak of the script over idle', value: other, unit: 'MB' });
  figure({ what: "of the script's", value: (100 * own) / other, unit: '%' });
}
