/** Long lists of a Harbor that takes 20 ms per call, against a list page by page. */
import { getRows, startHarbor } from './harbor.ts';
import { measure, ratio, timed } from './measure.ts';
import type { Program } from './program.ts';
import { figure, table, title } from './report.ts';

const LATENCY_MS = 20;

interface LongList {
  readonly what: string;
  readonly count: number;
  readonly registry: { readonly artifacts: number } | { readonly repositories: number };
  /** Of the service. */
  readonly path: string;
  /** Of Harbor's API. */
  readonly harborPath: string;
  readonly goals: { readonly pagesOf10: number; readonly pagesOf100: number };
  readonly rounds: number;
}

const LISTS: readonly LongList[] = [
  {
    what: '10,000 artifacts in one repository',
    count: 10_000,
    registry: { artifacts: 10_000 },
    path: '/harbor/artifacts/project-000/repository-000',
    harborPath: '/projects/project-000/repositories/repository-000/artifacts',
    goals: { pagesOf10: 20, pagesOf100: 4 },
    rounds: 2,
  },
  {
    what: '500 repositories in one project',
    count: 500,
    registry: { repositories: 500 },
    path: '/harbor/repositories/project-000',
    harborPath: '/projects/project-000/repositories',
    goals: { pagesOf10: 15, pagesOf100: 2 },
    rounds: 9,
  },
];

export async function longLists(): Promise<void> {
  for (const list of LISTS) await longList(list);
}

async function longList(list: LongList): Promise<void> {
  const { what, count, registry, path, harborPath, goals, rounds } = list;
  title(`${what}, ${LATENCY_MS} ms a call`);
  const { service, script, startBare, stop } = await startHarbor({
    latencyMs: LATENCY_MS,
    registry,
  });
  const bare = await startBare();
  const pageByPage = (pageSize: number) => ({
    name: `page by page, ${pageSize} a page`,
    run: () =>
      timed(() => getRows(`${script.url}/list?path=${harborPath}&page_size=${pageSize}`, count)),
    peakMb: script.peakMb,
  });
  const ours = {
    name: 'service',
    run: () => timed(() => getRows(`${service.url}${path}`, count)),
    peakMb: service.peakMb,
  };
  const floor = {
    name: 'bare Node',
    run: () => timed(() => getRows(`${bare.url}/list?path=${harborPath}`, count)),
    peakMb: bare.peakMb,
  };
  // All sides are warm after a few lists. With pages of 10 the warm-up would take too long.
  await measure([ours, pageByPage(100), floor], { rounds: 2 });
  const sides = await measure([ours, pageByPage(10), pageByPage(100), floor], { rounds });
  const cpuMs = {
    service: await cpuOf(service, ours.run, rounds),
    script: await cpuOf(script, pageByPage(100).run, rounds),
    bare: await cpuOf(bare, floor.run, rounds),
  };
  await bare.stop();
  await stop();
  table(sides, 'ms');
  const [own, tens, hundreds, least] = sides;
  const against = (pageSize: number) => `against ${pageSize} a page, ${what}`;
  const unit = 'times';
  figure({ what: against(10), value: ratio(tens, own), unit, atLeast: goals.pagesOf10 });
  figure({ what: against(100), value: ratio(hundreds, own), unit, atLeast: goals.pagesOf100 });
  figure({ what: `bare Node ${against(100)}`, value: ratio(hundreds, least), unit });
  figure({ what: `CPU time of the service, ${what}`, value: cpuMs.service, unit: 'ms' });
  figure({ what: `CPU time of 100 a page, ${what}`, value: cpuMs.script, unit: 'ms' });
  figure({ what: `CPU time of bare Node, ${what}`, value: cpuMs.bare, unit: 'ms' });
}

/** What one run costs a program. */
async function cpuOf(
  program: Program,
  run: () => Promise<unknown>,
  rounds: number,
): Promise<number> {
  const before = program.cpuMs();
  for (let round = 0; round < rounds; round++) await run();
  return (program.cpuMs() - before) / rounds;
}
