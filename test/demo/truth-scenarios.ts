/** The recordings of what proves a list, and of what Harbor swallows (v2.14.4-more). */
import type { Registry } from '../../demo/harbor/registry.ts';
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import type { Scenario } from './scenarios.ts';

const CALLERS = [
  ...['admin', 'dev', 'nobody', 'anonymous', 'bad-password'],
  ...['robot', 'robot-system', 'robot-list', 'robot-disabled'],
];
/** Public projects that have a repository; the last one is pushed last. */
const PUBLIC_FILLERS = [
  ...['003', '006', '009', '012', '015', '018', '021', '024', '027'],
  ...['030', '033', '036', '039', '042', '051', '054', '057', '048'],
];

/** What that Harbor held beside the base registry: it shows in the counts. */
function fill(registry: Registry): void {
  push(registry, '12345', 1);
  push(registry, 'team-a', 3);
  push(registry, 'scratch', 40);
  push(registry, 'hooks', 6);
  registry.addProject(DEV_PROJECT);
  for (const name of PUBLIC_FILLERS) registry.push(`filler-${name}`, 'app', { tags: ['v1'] });
  registry.addProject({ name: 'cri-lab', repositories: { c2app: [{ tags: ['v1'] }] } });
  registry.pull('cri-lab', 'c2app', 'v1');
}

/** A filler project with another member. */
const DEV_PROJECT: ProjectSeed = {
  name: 'filler-001',
  id: 8,
  members: { dev: 'guest' },
  repositories: { app: [{ tags: ['v1'] }] },
};

function push(registry: Registry, project: string, count: number): void {
  for (let index = 0; index < count; index += 1) registry.push(project, `more-${index}`, {});
}

export const TRUTH_SCENARIOS: readonly Scenario[] = [
  {
    title: 'what each login sees and counts',
    prepare: fill,
    fixtures: CALLERS.flatMap((caller) => [
      `statistics-as-${caller}`,
      `projects-total-as-${caller}`,
      `repositories-total-as-${caller}`,
    ]),
  },
  {
    title: 'a locked login',
    prepare: fill,
    loginLocked: true,
    fixtures: [
      'locked-projects-as-admin',
      'locked-statistics-as-admin',
      'locked-repositories-as-admin',
      'locked-artifacts-private-as-admin',
      'locked-artifacts-public-as-admin',
      'locked-head-as-admin',
    ],
  },
  {
    title: 'the table repository cannot be read',
    outage: { table: 'repository' },
    fixtures: [
      'subquery-repository-projects',
      'subquery-repository-project',
      'subquery-repository-repositories',
      'subquery-repository-project-repositories',
      'subquery-repository-statistics',
    ],
  },
  {
    title: 'the table tag cannot be read',
    outage: { table: 'tag' },
    fixtures: [
      'subquery-tag-artifacts',
      'subquery-tag-artifacts-untagged',
      'subquery-tag-project-artifacts',
      'subquery-tag-artifact',
    ],
  },
  {
    title: 'the table artifact cannot be read',
    outage: { table: 'artifact' },
    fixtures: ['subquery-artifact-repositories', 'subquery-artifact-artifacts'],
  },
  {
    title: 'the table project_metadata cannot be read',
    outage: { table: 'project_metadata' },
    fixtures: ['subquery-project-metadata-projects'],
  },
  {
    title: 'the table harbor_user cannot be read',
    outage: { table: 'harbor_user' },
    fixtures: ['subquery-user-projects', 'subquery-user-statistics'],
  },
  {
    title: 'a database that just went down',
    outage: 'database',
    fixtures: [
      'database-down-projects',
      'database-down-statistics',
      'database-down-head',
      'database-down-artifacts',
      'database-down-delete',
    ],
  },
];
