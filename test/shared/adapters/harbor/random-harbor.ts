/** Random registries, logins, faults and changes for the property of never-short.test.ts. */
import fc from 'fast-check';
import { apiError, INTERNAL_ERROR, nginxError } from '../../../../demo/harbor/answer.ts';
import type { FaultAnswer, SubQuery } from '../../../../demo/harbor/faults.ts';
import type { Account, Right } from '../../../../demo/harbor/model.ts';
import type { Outage } from '../../../../demo/harbor/outage.ts';
import { Registry } from '../../../../demo/harbor/registry.ts';
import type { ArtifactSeed, ProjectSeed } from '../../../../demo/harbor/seed.ts';
import type { Asked } from './registry-view.ts';

const PASSWORD = 'right-password';
const RIGHTS: readonly Right[] = [
  'repository:list',
  'repository:read',
  'artifact:list',
  'artifact:read',
  'tag:list',
];

const ACCOUNTS: readonly Account[] = [
  { name: 'admin', password: PASSWORD, kind: 'admin' },
  { name: 'dev', password: PASSWORD, kind: 'user' },
  { name: 'nobody', password: PASSWORD, kind: 'user' },
  robot('robot$all', '*'),
  robot('robot$p0+ci', ['p0']),
];

function robot(name: string, projects: '*' | string[]): Account {
  return { name, password: PASSWORD, kind: 'robot', robot: { projects, rights: RIGHTS } };
}

/** The caller; `account` is null if Harbor treats it as anonymous. */
export interface Login {
  readonly username: string;
  readonly password: string;
  readonly account: Account | null;
}

const logins: readonly Login[] = [
  ...ACCOUNTS.map((account) => ({ username: account.name, password: PASSWORD, account })),
  { username: '', password: '', account: null },
  { username: 'dev', password: 'wrong', account: null },
];

/** Administrators and users are more frequent, because they can be locked. */
export const login = fc.constantFrom(...logins, ...logins.slice(0, 2), ...logins.slice(0, 2));

const tags = fc.uniqueArray(fc.constantFrom('v1', 'v2', 'v3', 'latest', 'stable'), {
  maxLength: 2,
});
const child: fc.Arbitrary<ArtifactSeed> = fc.record({ tags: fc.constantFrom([], [], ['child']) });
const artifact: fc.Arbitrary<ArtifactSeed> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ tags }) },
  {
    weight: 1,
    arbitrary: fc.record({ tags, children: fc.array(child, { minLength: 1, maxLength: 2 }) }),
  },
);
const artifacts: fc.Arbitrary<readonly ArtifactSeed[]> = fc.oneof(
  { weight: 12, arbitrary: fc.array(artifact, { maxLength: 4 }) },
  {
    weight: 1, // more than a page
    arbitrary: fc
      .integer({ min: 99, max: 130 })
      .map((count) =>
        Array.from({ length: count }, (_, id) => ({ tags: id % 7 ? [`t${id}`] : [] })),
      ),
  },
);
const project = fc.record({
  public: fc.boolean(),
  members: fc.constantFrom<NonNullable<ProjectSeed['members']>[]>(
    {},
    { dev: 'developer' },
    { dev: 'guest' },
  ),
  repositories: fc.dictionary(fc.constantFrom('app', 'web/ui', 'a/b/c'), artifacts, { maxKeys: 3 }),
});

export const registry = fc
  .record({
    projects: fc.array(project, { minLength: 1, maxLength: 6 }),
    empty: fc.oneof(
      { weight: 12, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: 95, max: 110 }) },
    ),
  })
  .map(({ projects, empty }) => ({
    projects: [
      ...projects.map((seed, index) => ({ ...seed, name: `p${index}` })),
      ...Array.from({ length: empty }, (_, index) => ({
        name: `e${index}`,
        public: index % 2 === 0,
      })),
    ],
  }));

export function registryOf({ projects }: { readonly projects: readonly ProjectSeed[] }): Registry {
  return new Registry({ accounts: ACCOUNTS, projects });
}

/** The requested list, which mostly exists. */
export function askedOf({ projects }: { readonly projects: readonly ProjectSeed[] }) {
  const names = projects.flatMap(({ name, repositories = {} }) =>
    Object.keys(repositories).map((repository) => ({ project: name, repository })),
  );
  const unknown = { project: 'p0', repository: 'nope' };
  const at = fc.constantFrom(unknown, { project: 'nope', repository: 'app' }, ...names, ...names);
  return fc.oneof<fc.Arbitrary<Asked>[]>(
    fc.constant({ list: 'projects' }),
    fc.constant({ list: 'crawl' }),
    at.map(({ project }) => ({ list: 'repositories', project })),
    at.map((where) => ({ list: 'artifacts', ...where })),
  );
}

const subQueries: fc.Arbitrary<FaultAnswer> = fc
  .record({
    of: fc.subarray<SubQuery>(['repo_count', 'artifact_count', 'tags'], { minLength: 1 }),
    every: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ of, every }) => ({ failSubQueries: { of, rows: (row) => row % every === 0 } }));

/** `anonymous` is a short lock, which does not affect robots. */
export function fault(account: Account | null): fc.Arbitrary<FaultAnswer> {
  const locked = account?.kind === 'robot' ? {} : { anonymous: true };
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    { weight: 4, arbitrary: subQueries },
    { weight: 3, arbitrary: fc.constant(locked) },
    {
      weight: 2,
      arbitrary: fc.integer({ max: 4000, min: 1 }).map((lateMs) => ({ lateMs, ...locked })),
    },
    { weight: 2, arbitrary: fc.integer({ max: 4000, min: 1 }).map((delayMs) => ({ delayMs })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<FaultAnswer[]>(
        { answer: INTERNAL_ERROR },
        { answer: nginxError(502) },
        { answer: nginxError(504) },
        { answer: apiError(401, 'UNAUTHORIZED', 'unauthorized') },
        { answer: apiError(403, 'FORBIDDEN', 'forbidden') },
        { hang: true },
        { cut: 'before-answer' },
        { cut: 'in-body' },
        { repeat: true },
      ),
    },
  );
}

/** Events in the registry or of Harbor during the request. */
export type Event = { readonly atMs: number } & (
  | { readonly what: 'lock'; readonly name: string }
  | { readonly what: 'outage'; readonly part: Outage | null }
  | { readonly what: 'add project'; readonly public: boolean }
  | { readonly what: 'delete project' }
  | { readonly what: 'push'; readonly seed: ArtifactSeed }
  | { readonly what: 'delete artifact' }
  | { readonly what: 'delete tag' }
);

const atMs = fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 6000 }));

export const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      atMs,
      what: fc.constant('lock' as const),
      name: fc.constantFrom('admin', 'dev', 'nobody'),
    }),
  },
  fc.record({
    atMs,
    what: fc.constant('outage' as const),
    part: fc.constantFrom<(Outage | null)[]>(
      'database',
      'core',
      'project-lookup',
      null,
      { table: 'repository' },
      { table: 'artifact' },
      { table: 'tag' },
      { table: 'harbor_user' },
    ),
  }),
  fc.record({ atMs, what: fc.constant('add project' as const), public: fc.boolean() }),
  fc.record({ atMs, what: fc.constant('delete project' as const) }),
  fc.record({ atMs, what: fc.constant('push' as const), seed: artifact }),
  fc.record({ atMs, what: fc.constant('delete artifact' as const) }),
  fc.record({ atMs, what: fc.constant('delete tag' as const) }),
);
