/** The registry that the answers in test/fixtures/harbor were recorded from (v2.14.4.md). */
import type { Account, Right } from '../../demo/harbor/model.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import type { ArtifactSeed, ProjectSeed } from '../../demo/harbor/seed.ts';
import type { RecordedVersion } from '../fixtures/recordings.ts';

const PASSWORD = 'recorded-password';

const ROBOT: readonly Right[] = [
  'repository:read',
  'repository:delete',
  'repository:list',
  'artifact:read',
  'artifact:delete',
  'artifact:list',
  'tag:list',
  'tag:delete',
];
const SYSTEM_ROBOT: readonly Right[] = [
  'artifact:list',
  'artifact:read',
  'artifact:delete',
  'repository:list',
];

function robot(name: string, projects: '*' | string[], rights: readonly Right[]): Account {
  return { name, password: PASSWORD, kind: 'robot', robot: { projects, rights } };
}

const ACCOUNTS: readonly Account[] = [
  { name: 'admin', password: PASSWORD, kind: 'admin' },
  { name: 'dev', password: PASSWORD, kind: 'user' },
  { name: 'nobody', password: PASSWORD, kind: 'user' },
  robot('robot$team-a+ci', ['team-a'], ROBOT),
  robot('robot$reader', '*', SYSTEM_ROBOT),
  robot('robot$lister', '*', SYSTEM_ROBOT),
  robot('robot$nodelete', ['team-a'], ['repository:list', 'artifact:list', 'artifact:read']),
  {
    ...robot('robot$disabled', ['team-a'], ROBOT),
    robot: { projects: ['team-a'], rights: ROBOT, disabled: true },
  },
];

const CREDENTIALS: Readonly<Record<string, readonly [name: string, password: string]>> = {
  admin: ['admin', PASSWORD],
  dev: ['dev', PASSWORD],
  nobody: ['nobody', PASSWORD],
  robot: ['robot$team-a+ci', PASSWORD],
  'robot-system': ['robot$reader', PASSWORD],
  'robot-list': ['robot$lister', PASSWORD],
  'robot-nodelete': ['robot$nodelete', PASSWORD],
  'robot-disabled': ['robot$disabled', PASSWORD],
  'bad-password': ['admin', 'wrong'],
  'unknown-user': ['stranger', 'wrong'],
};

/** The `Authorization` header of a recorded caller; undefined when anonymous. */
export function authorizationOf(caller: string): string | undefined {
  const credentials = CREDENTIALS[caller];
  if (credentials === undefined) return undefined;
  return `Basic ${Buffer.from(credentials.join(':')).toString('base64')}`;
}

const AMD64 = { architecture: 'amd64', os: 'linux' };
const ARM64 = { architecture: 'arm64', os: 'linux', variant: 'v8' };
/** The artifact with the protected tag. */
export const IMMUTABLE = 'sha256:af9ef454df345ba7772adce3f1661daa7a3e33afb9eef7ab4100880fd8ff9ae1';
const BUILDX_IMAGE = 'sha256:1fc04d3a6c96a41809bfe1b73a8ff0ed35bac26ee2ed8ce324a4ed24b3217b93';

/** An index of two platforms. */
export function twoPlatforms(
  tags: readonly string[],
  parts: {
    readonly digest?: string;
    readonly amd64?: ArtifactSeed;
    readonly arm64?: ArtifactSeed;
  } = {},
): ArtifactSeed {
  const children = [
    { platform: AMD64, ...parts.amd64 },
    { platform: ARM64, ...parts.arm64 },
  ];
  return { tags, children, ...(parts.digest === undefined ? {} : { digest: parts.digest }) };
}

const TEAM_A: Record<string, readonly ArtifactSeed[]> = {
  flat: [{ tags: ['v1'] }],
  'apps/web/frontend': [
    {
      digest: 'sha256:95db7dd6ff176d4a9efede6c8a65f8370c51bd914625d726a219c5baa79eb94f',
      tags: ['v1.2', 'v1.2.3', 'latest'],
    },
    { tags: ['old'] },
    {},
    { tags: ['nightly'] },
  ],
  multiarch: [twoPlatforms(['latest'])],
  buildx: [
    {
      tags: ['1.0'],
      children: [
        { digest: BUILDX_IMAGE, platform: AMD64 },
        {
          platform: { architecture: 'unknown', os: 'unknown' },
          annotations: {
            'vnd.docker.reference.digest': BUILDX_IMAGE,
            'vnd.docker.reference.type': 'attestation-manifest',
          },
        },
      ],
    },
  ],
  signed: [
    {
      tags: ['1.0'],
      accessories: [{ type: 'signature.cosign' }, { type: 'subject.accessory' }],
    },
  ],
  immut: [{ digest: IMMUTABLE, tags: ['release-1'] }, { tags: ['dev-1'] }],
};

function numbered(count: number, prefix: string): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, '0')}`);
}

/** Repositories beyond the base seed: project → repository → artifacts. */
export type Extras = Readonly<Record<string, Readonly<Record<string, readonly ArtifactSeed[]>>>>;

/** What differs in the content of the project `bulk` between the recordings. */
export interface Bulk {
  /** The tags of bulk/many. */
  readonly tags: readonly string[];
  /** The names of the repositories beside bulk/many. */
  readonly repositories: readonly string[];
}

/** Version → what its `bulk` held. */
export const BULK: Readonly<Record<RecordedVersion, Bulk>> = {
  'v2.14.4': bulkOf(205),
  'v2.14.4-more': { tags: numbered(205, ''), repositories: numbered(106, 'repo-').slice(1) },
  'v2.14.4-undo': bulkOf(0),
  'v2.8.6': bulkOf(120),
};

function bulkOf(many: number): Bulk {
  return { tags: numbered(many, 't'), repositories: numbered(105, 'repo-') };
}

/** The recorded registry with so many artifacts in bulk/many, and what a scenario adds. */
export function recordedRegistry(content: Bulk | number, extras: Extras = {}): Registry {
  const { tags, repositories } = typeof content === 'number' ? bulkOf(content) : content;
  const bulk: Record<string, readonly ArtifactSeed[]> = {};
  for (const name of repositories) bulk[name] = [{ tags: ['v1'] }];
  bulk['many'] = tags.map((tag) => ({ tags: [tag] }));
  const named: readonly ProjectSeed[] = [
    { name: 'library', public: true, repositories: { hello: [{ tags: ['1.0'] }] } },
    {
      name: 'team-a',
      members: { dev: 'guest' },
      immutableTags: ['release-*'],
      repositories: TEAM_A,
    },
    { name: '12345', repositories: { app: [{ tags: ['v1'] }] } },
    { name: 'bulk', public: true, repositories: bulk },
    { name: 'scratch' },
    { name: 'hooks' },
    { name: '2' },
  ];
  const fillers = numbered(119, 'filler-')
    .slice(1)
    .map((name, index) => ({ name, public: (index + 1) % 3 === 0 }));
  const registry = new Registry({ accounts: ACCOUNTS, projects: [...named, ...fillers] });
  for (const [project, added] of Object.entries(extras)) {
    for (const [repository, artifacts] of Object.entries(added)) {
      for (const artifact of artifacts) registry.push(project, repository, artifact);
    }
  }
  return registry;
}
