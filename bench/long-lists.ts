/** Lists that need many calls to Harbor, against a script that makes one call after the other. */
import { getRows, type HarborOptions, startHarbor } from './harbor.ts';
import { ratio, type Side, timed } from './measure.ts';
import { compare, type Find, goal } from './report.ts';
import { type Build, SERVICE } from './service.ts';

interface LongList extends HarborOptions {
  readonly what: string;
  readonly count: number;
  /** The path on the service. */
  readonly path: string;
  /** The path on the script. */
  readonly scriptPath: string;
  readonly rounds: number;
}

const REPOSITORIES = '/projects/project-000/repositories';
const ARTIFACTS: LongList = {
  what: '10,000 artifacts in one repository, 20 ms a call',
  count: 10_000,
  latencyMs: 20,
  registry: { artifacts: 10_000 },
  path: '/harbor/artifacts/project-000/repository-000',
  scriptPath: `/list?path=${REPOSITORIES}/repository-000/artifacts`,
  rounds: 5,
};
const FEW_PAGES: LongList = {
  what: '500 repositories in one project, 20 ms a call',
  count: 500,
  latencyMs: 20,
  registry: { repositories: 500 },
  path: '/harbor/repositories/project-000',
  scriptPath: `/list?path=${REPOSITORIES}`,
  rounds: 9,
};
const IMAGES: LongList = {
  what: '/images: 125 projects, 172 repositories, 379 tags, 5 ms a call',
  count: 379,
  latencyMs: 5,
  registry: 'comparison',
  path: '/images',
  scriptPath: '/crawl',
  rounds: 9,
};
const SCRIPT = 'one call after the other';

export async function longLists(builds: readonly Build[]): Promise<void> {
  const artifacts = await measureList(ARTIFACTS, builds);
  goal('artifacts', ratio(artifacts('list', SCRIPT), artifacts('list', SERVICE)));
  await measureList(FEW_PAGES, builds);
  const images = await measureList(IMAGES, builds);
  goal('images', 100 * ratio(images('list', SERVICE), images('list', SCRIPT)));
}

async function measureList(list: LongList, builds: readonly Build[]): Promise<Find> {
  const { services, script, stop } = await startHarbor(builds, list);
  const side = (who: string, url: string): Side => ({
    what: 'list',
    who,
    unit: 'ms',
    run: () => timed(() => getRows(url, list.count)),
  });
  const sides = [
    ...services.map(({ name, program }) => side(name, program.url + list.path)),
    side(SCRIPT, script.url + list.scriptPath),
  ];
  const find = await compare(list.what, sides, { rounds: list.rounds, warmUp: true });
  await stop();
  return find;
}
