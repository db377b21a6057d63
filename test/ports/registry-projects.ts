/** What a registry of the conformance suite has, unless a case says otherwise. */
import type { ProjectSeed } from '../../demo/harbor/seed.ts';
import type { RepositoryAt } from '../../shared/values/names.ts';
import { digestNamed, projectNamed, repositoryNamed } from '../support/names.ts';

/** The address of a repository. */
export function at(project: string, repository: string): RepositoryAt {
  return { project: projectNamed(project), repository: repositoryNamed(repository) };
}

const digest = (digit: string) => digestNamed(`sha256:${digit.repeat(64)}`);

export const WEB = at('shop', 'web');
export const RELEASES = at('shop', 'nested/releases');

/** An image with a signature. */
export const IMAGE = digest('1');
export const SIGNATURE = digest('2');
/** An index of two children, of which one has a tag of its own and another index has the other too. */
export const INDEX = digest('3');
export const TAGGED_CHILD = digest('4');
export const SHARED_CHILD = digest('5');
export const OTHER_INDEX = digest('6');
export const UNTAGGED = digest('7');
/** An image whose tag is immutable. */
export const RELEASE = digest('8');
export const NOTHING = digest('f');

export const PUSHED_MS = Date.UTC(2026, 2, 1);
/** What a case pushes to `WEB` later than all that is there. */
export const NEWEST = { tags: ['v9'], pushedAt: PUSHED_MS + 9000 };

export const PROJECTS: readonly ProjectSeed[] = [
  {
    name: 'shop',
    immutableTags: ['r*'],
    repositories: {
      web: [
        {
          digest: IMAGE,
          tags: ['v1', 'stable'],
          sizeBytes: 1000,
          pushedAt: PUSHED_MS,
          pulledAt: PUSHED_MS + 1000,
          accessories: [{ type: 'signature.cosign', digest: SIGNATURE, sizeBytes: 10 }],
        },
        {
          digest: INDEX,
          tags: ['v2'],
          pushedAt: PUSHED_MS + 2000,
          children: [
            { digest: TAGGED_CHILD, tags: ['v2-amd64'], pushedAt: PUSHED_MS + 1500 },
            { digest: SHARED_CHILD, pushedAt: PUSHED_MS + 1600 },
          ],
        },
        {
          digest: OTHER_INDEX,
          tags: ['v3'],
          pushedAt: PUSHED_MS + 3000,
          children: [{ digest: SHARED_CHILD }],
        },
        { digest: UNTAGGED, pushedAt: PUSHED_MS + 4000 },
      ],
      'nested/releases': [{ digest: RELEASE, tags: ['r1', 'also'] }, { digest: IMAGE }],
      empty: [],
    },
  },
  { name: 'open', public: true, repositories: { tool: [{ tags: ['latest'] }] } },
  { name: 'bare' },
];
