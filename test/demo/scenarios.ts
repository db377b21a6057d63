/**
 * The recorded exchanges that need more than the base registry: its content beforehand, the
 * state of Harbor, and the order of the requests. All others are independent reads.
 */

import { nginxError } from '../../demo/harbor/answer.ts';
import type { Outage } from '../../demo/harbor/outage.ts';
import type { Registry } from '../../demo/harbor/registry.ts';
import type { ArtifactSeed } from '../../demo/harbor/seed.ts';
import type { HarborStandInOptions } from '../../demo/harbor/stand-in.ts';
import { DELETE_SCENARIOS } from './delete-scenarios.ts';
import { type Extras, IMMUTABLE } from './recorded-registry.ts';
import { TRUTH_SCENARIOS } from './truth-scenarios.ts';

export interface Scenario {
  readonly title: string;
  readonly extras?: Extras;
  /** Further preparation of the registry. */
  readonly prepare?: (registry: Registry) => void;
  readonly outage?: Outage;
  /** A wrong password for admin is on its way while these are sent. */
  readonly loginLocked?: boolean;
  readonly standIn?: Pick<HarborStandInOptions, 'faults'>;
  /** In the order in which they are sent; those that a version lacks are skipped. */
  readonly fixtures: readonly string[];
}

const some = (count: number): Record<string, readonly ArtifactSeed[]> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`later-${index}`, [{}]]));
/** What other recordings had left behind: it shows in `repo_count`. */
const LATER: Extras = {
  '12345': some(1),
  'filler-115': some(1),
  'filler-116': some(1),
  'filler-117': some(1),
  'filler-118': some(1),
  hooks: some(9),
  scratch: some(35),
  'team-a': some(1),
};
const OUT = {
  scratch: { out: ['stop', 'db', 'rd', 'lock', 'part'].map((tag) => ({ tags: [tag] })) },
};

export const SCENARIOS: readonly Scenario[] = [
  ...DELETE_SCENARIOS,
  ...TRUTH_SCENARIOS,
  {
    title: 'read-only mode',
    prepare: (registry) => {
      registry.readOnly = true;
    },
    extras: { scratch: { ro: [{ tags: ['v1'] }] } },
    fixtures: [
      'readonly-1-delete',
      'readonly-2-delete-robot',
      'readonly-3-delete-anonymous',
      'readonly-4-delete-dev',
      'readonly-5-get',
      'readonly-6-systeminfo',
      'readonly-7-delete-unknown',
    ],
  },
  {
    title: 'after read-only mode',
    extras: { scratch: { ro: [{ tags: ['v1'] }] } },
    fixtures: ['readonly-9-delete'],
  },
  {
    title: 'cookies',
    extras: { scratch: { csrf: [{ tags: ['v1'] }] } },
    fixtures: [
      'csrf-0-get',
      'csrf-1-delete-with-sid',
      'csrf-2-delete-with-any-sid',
      'csrf-3-delete-with-other-cookie',
      'csrf-4-get-with-sid',
      'csrf-5-post-with-sid',
      'csrf-6-delete-anonymous-with-sid',
    ],
  },
  {
    title: 'a locked account',
    extras: { scratch: { lock: [{ tags: ['v1'] }] } },
    loginLocked: true,
    fixtures: [
      'auth-lock-list',
      'auth-lock-private-list',
      'auth-lock-delete',
      'auth-lock-systeminfo',
      'auth-lock-users-current',
    ],
  },
  {
    title: 'other kinds of artifacts',
    extras: {
      scratch: {
        types: [
          { kind: 'chart', tags: ['helm'] },
          { kind: 'wasm', tags: ['wasm'] },
          {
            kind: 'unknown',
            artifactType: 'application/vnd.example.thing',
            tags: ['oras'],
            annotations: { 'org.opencontainers.image.title': 'a thing', 'vendor.example/x': '1' },
          },
          { kind: 'unknown', artifactType: 'application/spdx+json', tags: ['sbom'] },
          { kind: 'docker', tags: ['docker2'] },
        ],
        labelled: [{ tags: ['v1'], labels: [{ id: 1, name: 'keep' }] }],
      },
    },
    fixtures: [
      'artifacts-types',
      'artifacts-q-type',
      'artifacts-with-label',
      'artifacts-without-label',
      'artifacts-q-labels',
    ],
  },
  {
    title: 'after a pull',
    extras: { scratch: { labelled: [{ tags: ['v1'] }] } },
    prepare: (registry) => registry.pull('scratch', 'labelled', 'v1'),
    fixtures: ['artifacts-pulled', 'repository-pulled'],
  },
  {
    title: 'a proxy cache',
    prepare: (registry) =>
      registry.addProject({ name: 'proxy', registryId: 1, metadata: { retention_id: '2' } }),
    fixtures: ['project-proxy-cache'],
  },
  {
    title: 'a protected tag with another one beside it',
    prepare: (registry) => registry.push('team-a', 'immut', { digest: IMMUTABLE, tags: ['also'] }),
    fixtures: ['delete-immutable-other-tag', 'dotdot-c-repo-segment'],
  },
  {
    title: 'later in the recording',
    extras: LATER,
    fixtures: ['accept-axios', 'accept-star', 'auth-lock-after', 'projects-size-0-p2'],
  },
  { title: 'core down', outage: 'core', fixtures: ['coredown-502-list', 'coredown-502-delete'] },
  {
    title: 'database down',
    outage: 'database',
    fixtures: [
      'dbdown-artifacts-admin',
      'dbdown-artifacts-anonymous',
      'dbdown-artifacts-bad-password',
      'dbdown-artifacts-robot',
      'dbdown-delete',
      'dbdown-delete-robot',
      'dbdown-project-get',
      'dbdown-projects-admin',
      'dbdown-projects-anonymous',
      'dbdown-projects-bad-password',
      'dbdown-projects-robot',
      'dbdown-systeminfo',
    ],
  },
  {
    title: 'database down for projects only',
    outage: 'project-lookup',
    fixtures: [
      'dbpart-artifacts-admin',
      'dbpart-artifacts-robot-system',
      'dbpart-artifacts-robot',
      'dbpart-projects-admin',
      'dbpart-delete-admin',
    ],
  },
  {
    title: 'Redis down',
    extras: { ...OUT, '12345': some(1) },
    outage: 'redis',
    fixtures: ['redisdown-artifacts', 'redisdown-delete', 'redisdown-projects'],
  },
  {
    title: 'given up by nginx, carried out by Harbor',
    extras: OUT,
    standIn: {
      faults: ({ method, path }) =>
        method === 'DELETE' || path.endsWith('/artifacts')
          ? { answer: nginxError(504), carryOut: true }
          : undefined,
    },
    fixtures: ['slow-504-list', 'slow-504-delete', 'slow-504-delete-after'],
  },
];
