/** A list of 100,000 artifacts: time and peak memory, against a script that keeps everything that Harbor sends. */
import { getRows, startHarbor } from './harbor.ts';
import { type Side, timed } from './measure.ts';
import type { Program } from './program.ts';
import { compare, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

const ARTIFACTS = 100_000;
const PEAK = 'peak memory above idle';

export async function memory(builds: readonly Build[]): Promise<void> {
  const { services, script, stop } = await startHarbor(builds, {
    latencyMs: 0,
    registry: { artifacts: ARTIFACTS },
  });
  const repository = '/projects/project-000/repositories/repository-000';
  const find = await compare(
    `${ARTIFACTS.toLocaleString('en-US')} artifacts in one repository, no latency`,
    [
      ...services.flatMap(({ name, program }) =>
        sidesOf(name, program, '/harbor/artifacts/project-000/repository-000'),
      ),
      ...sidesOf('one call after the other', script, `/list?path=${repository}/artifacts`),
    ],
    { rounds: 2 },
  );
  goal('peak', Math.max(...find(PEAK, SERVICE).samples));
  await stop();
}

function sidesOf(who: string, program: Program, path: string): readonly Side[] {
  const idleMb = program.memoryMb();
  const list = () => getRows(program.url + path, ARTIFACTS);
  return [
    { what: 'list', who, unit: 'ms', run: () => timed(list) },
    { what: PEAK, who, unit: 'MB', run: async () => program.peakMb() - idleMb },
  ];
}
