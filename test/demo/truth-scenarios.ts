/** The recordings of what proves a list, of what Harbor swallows (v2.14.4-more), and of its rules (v2.14.4-undo). */
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

const RULES: ProjectSeed = {
  name: 'undo-imm',
  id: 7,
  immutableTags: ['release-*'],
  repositories: {
    a: [
      { tags: ['x', 'release-2'], annotations: { 'lab.seed': 'I2' } },
      { tags: ['release-1', 'dev'], annotations: { 'lab.seed': 'I1' } },
    ],
  },
};

const SIGNED_SBOM: ProjectSeed = {
  name: 'undo-a',
  repositories: {
    'acc-image-first': [
      {
        digest: 'sha256:ea4f851e1fd93f29feb2b4b2ab695cc23feeac949b7fed4b37d529f400cf34ce',
        accessories: [
          { type: 'signature.cosign' },
          {
            type: 'subject.accessory',
            digest: 'sha256:445ba514e9a7b66524a256a8ee850b67fed11f957ae8b896222504e240a1f9a9',
            accessories: [{ type: 'signature.cosign' }, { type: 'signature.cosign' }],
          },
          { type: 'signature.notation' },
        ],
      },
    ],
  },
};

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
    title: 'rules of immutable tags',
    prepare: (registry) => registry.addProject(RULES),
    fixtures: [
      'immutable-readable-rules',
      'immutable-readable-artifact',
      'immutable-readable-artifacts',
      'immutable-readable-tags',
    ],
  },
  {
    title: 'the table immutable_tag_rule cannot be read',
    prepare: (registry) => registry.addProject(RULES),
    outage: { table: 'immutable_tag_rule' },
    fixtures: [
      'immutable-unreadable-rules',
      'immutable-unreadable-artifact',
      'immutable-unreadable-artifacts',
      'immutable-unreadable-tags',
      'immutable-unreadable-delete',
      'immutable-unreadable-delete-tag',
    ],
  },
  {
    title: 'accessories of accessories',
    prepare: (registry) => registry.addProject(SIGNED_SBOM),
    fixtures: ['accessories-1-list', 'accessories-2-list-of-sbom'],
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
