/** The registry of `npm run demo`: the Harbor of a small company. */
import type { Role } from './harbor/model.ts';
import { digestOf, Registry } from './harbor/registry.ts';
import type { ArtifactSeed } from './harbor/seed.ts';

/** The account that the demo's configuration uses: maintainer everywhere but in `vendor`. */
export const DEMO_ACCOUNT = { name: 'demo', password: 'demo-password' } as const;

const MAINTAINER: Readonly<Record<string, Role>> = { [DEMO_ACCOUNT.name]: 'maintainer' };
const GUEST: Readonly<Record<string, Role>> = { [DEMO_ACCOUNT.name]: 'guest' };

const MB = 1_000_000;

/** An image of one platform. `demo/crictl` names its content by the same rule. */
function image(
  repository: string,
  tags: readonly string[],
  options: ArtifactSeed = {},
): ArtifactSeed {
  const content = `${repository} ${tags[0] ?? 'untagged'}`;
  return { digest: digestOf(content), tags, sizeBytes: 40 * MB, ...options };
}

/** An index of amd64 and arm64. */
function multiPlatform(
  repository: string,
  tags: readonly string[],
  options: ArtifactSeed = {},
): ArtifactSeed {
  const content = `${repository} ${tags[0] ?? 'untagged'}`;
  const children = [
    { architecture: 'amd64', os: 'linux' },
    { architecture: 'arm64', os: 'linux', variant: 'v8' },
  ].map((platform) => ({
    platform,
    digest: digestOf(`${content} ${platform.architecture}`),
    sizeBytes: 60 * MB,
  }));
  return { digest: digestOf(content), tags, children, sizeBytes: 1609, ...options };
}

const FRONTEND = 'platform/apps/web/frontend';
const API = 'platform/apps/web/api';
const GATEWAY = 'releases/gateway';

const PLATFORM: Record<string, readonly ArtifactSeed[]> = {
  'apps/web/frontend': [
    multiPlatform(FRONTEND, ['2.3.9']),
    multiPlatform(FRONTEND, ['2.4.0']),
    multiPlatform(FRONTEND, ['2.4.1', '2.4', 'stable'], {
      annotations: { 'org.opencontainers.image.revision': 'c0ffee5' },
    }),
    image(FRONTEND, ['pr-481'], { sizeBytes: 61 * MB }),
  ],
  'apps/web/api': [
    image(API, ['5.11.3'], { sizeBytes: 118 * MB }),
    image(API, [], { sizeBytes: 117 * MB }),
    image(API, ['5.12.0', 'stable'], { sizeBytes: 118 * MB }),
  ],
  'apps/worker': [
    image('platform/apps/worker', ['1.8.4'], { sizeBytes: 93 * MB }),
    image('platform/apps/worker', ['1.9.0', 'latest'], { sizeBytes: 94 * MB }),
  ],
  'charts/shop': [{ kind: 'chart', tags: ['0.14.2'], sizeBytes: 18_432 }],
};

const DATA: Record<string, readonly ArtifactSeed[]> = {
  'etl/nightly': [
    image('data/etl/nightly', ['20260706'], { sizeBytes: 411 * MB }),
    image('data/etl/nightly', ['20260707'], { sizeBytes: 412 * MB }),
    image('data/etl/nightly', ['20260708', 'latest'], { sizeBytes: 413 * MB }),
    image('data/etl/nightly', [], { sizeBytes: 413 * MB }),
  ],
  'jobs/backup': [image('data/jobs/backup', ['1.8'], { sizeBytes: 23 * MB })],
};

const RELEASES: Record<string, readonly ArtifactSeed[]> = {
  gateway: [
    multiPlatform(GATEWAY, ['v3.1.0']),
    multiPlatform(GATEWAY, ['v3.2.0', 'current'], {
      accessories: [{ type: 'signature.cosign', sizeBytes: 2_140 }],
    }),
    image(GATEWAY, ['next'], { sizeBytes: 49 * MB }),
  ],
};

/** A new registry for each start of the demo. */
export function demoRegistry(): Registry {
  const registry = new Registry({
    accounts: [
      { name: 'admin', password: 'demo-admin-password', kind: 'admin' },
      { ...DEMO_ACCOUNT, kind: 'user' },
    ],
    projects: [
      {
        name: 'library',
        public: true,
        members: MAINTAINER,
        repositories: { toolbox: [image('library/toolbox', ['2026.06', 'latest'])] },
      },
      { name: 'platform', members: MAINTAINER, repositories: PLATFORM },
      { name: 'data', members: MAINTAINER, repositories: DATA },
      {
        name: 'releases',
        members: MAINTAINER,
        immutableTags: ['v*'],
        repositories: RELEASES,
      },
      // Read-only for the demo's account: Harbor refuses to delete here.
      {
        name: 'vendor',
        members: GUEST,
        repositories: {
          redis: [multiPlatform('vendor/redis', ['7.2']), multiPlatform('vendor/redis', ['7.4'])],
          'postgres/server': [multiPlatform('vendor/postgres/server', ['17.5', '17'])],
        },
      },
      {
        name: '2025',
        members: MAINTAINER,
        repositories: { archive: [image('2025/archive', ['final'])] },
      },
      { name: 'sandbox', members: MAINTAINER },
      // Hidden from the demo's account.
      { name: 'finance', repositories: { ledger: [image('finance/ledger', ['1.4'])] } },
    ],
  });
  registry.pull('platform', 'apps/web/frontend', 'stable');
  registry.pull('releases', 'gateway', 'v3.2.0');
  return registry;
}
