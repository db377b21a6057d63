/** The service over a real containerd with real images and containers, and a Harbor stand-in. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHarborStandIn } from '../../demo/harbor/stand-in.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { Containerd } from './containerd/containerd.ts';
import type { OciImage } from './containerd/oci-image.ts';
import { copyCrictl } from './crictl.ts';
import { Service } from './service.ts';

const execute = promisify(execFile);
const REGISTRY = 'registry.test:9443';
const folder = mkdtempSync(join(tmpdir(), 'image-api-real-'));
let crictlPath: string;

let containerd: Containerd;
let harbor: Awaited<ReturnType<ReturnType<typeof createHarborStandIn>['listen']>>;
let service: Service;
let images: Readonly<
  Record<'web' | 'old' | 'new' | 'bare' | 'index' | 'child' | 'plain', OciImage>
>;

beforeAll(async () => {
  await chmod(folder, 0o755);
  crictlPath = await copyCrictl(join(folder, 'bin'));
  containerd = await Containerd.start();
  images = await importImages();
  const registry = keptRegistry([{ name: 'apps', repositories: artifacts() }], 'admin');
  harbor = await createHarborStandIn({ registry }).listen();
  service = await Service.start({
    config: {
      crictl_config: {
        crictl_path: crictlPath,
        crictl_runtime_endpoint: containerd.endpoint,
        crictl_timeout_ms: 3000,
        crictl_max_age_ms: 0,
      },
      harbor_config: {
        harbor_host: harbor.url,
        ...LOGIN,
      },
    },
    ignoreList: 'REPOSITORY,TAG,IMAGE ID\ndocker.io/library/ignored,,\n',
  });
});
afterAll(async () => {
  await service?.stop();
  await harbor?.close();
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

describe('GET /local-images', () => {
  it('has the rows of `crictl images` on the same host, except the ignored ones', async () => {
    const { stdout } = await crictl('images');
    const table = stdout.trim().split('\n').slice(1);
    const expected = table.filter((line) => !line.includes('/ignored'));

    const rows = await localImages();

    const cells = rows.map((row) => [row.repository, row.tag, row.image_id, row.size].join(' '));
    expect(cells.toSorted()).toEqual(expected.map((row) => row.replace(/ +/g, ' ')).toSorted());
    expect(expected).toHaveLength(table.length - 1);
  });

  it('has a row for each tag of an image, with its digest', async () => {
    const rows = await localImages();

    expect(rows.filter((row) => row.id === images.web.id)).toMatchObject([
      { repository: `${REGISTRY}/apps/web`, tag: 'stable', digest: images.web.digest },
      { repository: `${REGISTRY}/apps/web`, tag: 'v1', digest: images.web.digest },
    ]);
  });

  it.each([
    ['an image that lost its tag to another', 'old', `${REGISTRY}/apps/rolling`, '<none>'],
    ['the image that has the tag now', 'new', `${REGISTRY}/apps/rolling`, 'latest'],
    ['an image that never had a tag', 'bare', `${REGISTRY}/apps/bare`, '<none>'],
    ['an index in a nested repository', 'index', `${REGISTRY}/apps/a/b/c`, '2.0'],
  ] as const)('has one row for %s, with its digest', async (_, name, repository, tag) => {
    const rows = await localImages();

    const { id, digest } = images[name];
    expect(rows.filter((row) => row.id === id)).toMatchObject([{ repository, tag, digest }]);
  });

  it('has null for the digest of an image that was never pulled', async () => {
    const rows = await localImages();

    expect(rows.filter((row) => row.id === images.plain.id)).toMatchObject([
      { repository: 'docker.io/library/plain', tag: '1.27', digest: null },
    ]);
  });
});

describe('DELETE of an artifact', () => {
  it('is refused for an index of which a container runs one platform, pulled by itself', async () => {
    const image = `${REGISTRY}/apps/multi@${images.child.digest}`;
    const container = await containerd.run({ name: 'child', image });

    const refused = await service.overLocalSocket('DELETE', '/harbor/artifacts/apps/multi/1.0');
    await containerd.remove(container);

    expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
  });

  it('says when the host does not have it', async () => {
    // A host without any container would leave it unknown.
    const container = await containerd.run({ name: 'web', image: `${REGISTRY}/apps/web:v1` });

    const answer = await service.overLocalSocket(
      'DELETE',
      '/harbor/artifacts/apps/far/1.0?dry_run=true',
    );
    await containerd.remove(container);

    expect(answer.body).toMatchObject({ usage: 'absent', blockers: [] });
  });
});

interface Row {
  readonly repository: string;
  readonly tag: string;
  readonly image_id: string;
  readonly size: string;
  readonly id: string;
}

async function localImages(): Promise<readonly Row[]> {
  const answer = await fetch(`${service.base}/local-images`);
  return (await answer.json()) as readonly Row[];
}

async function crictl(...args: readonly string[]): Promise<{ readonly stdout: string }> {
  const { endpoint } = containerd;
  const endpoints = ['--runtime-endpoint', endpoint, '--image-endpoint', endpoint];
  return await execute(crictlPath, [...endpoints, ...args]);
}

async function importImages(): Promise<typeof images> {
  const ignored = { names: ['docker.io/library/ignored:1'], title: 'ignored' };
  await containerd.importImage(ignored);
  const rolling = {
    names: [`${REGISTRY}/apps/rolling:latest`],
    repository: `${REGISTRY}/apps/rolling`,
  };
  return {
    web: await containerd.importImage({
      names: [`${REGISTRY}/apps/web:v1`, `${REGISTRY}/apps/web:stable`],
      repository: `${REGISTRY}/apps/web`,
      title: 'web',
    }),
    old: await containerd.importImage({ ...rolling, title: 'old' }),
    new: await containerd.importImage({ ...rolling, title: 'new' }),
    bare: await containerd.importImage({ repository: `${REGISTRY}/apps/bare`, title: 'bare' }),
    index: await containerd.importImage({
      names: [`${REGISTRY}/apps/a/b/c:2.0`],
      repository: `${REGISTRY}/apps/a/b/c`,
      title: 'index',
      architectures: ['amd64', 'arm64'],
    }),
    child: await containerd.importImage({ repository: `${REGISTRY}/apps/multi`, title: 'child' }),
    plain: await containerd.importImage({
      names: ['docker.io/library/plain:1.27'],
      title: 'plain',
    }),
  };
}

/** These images in Harbor, and one that the host does not have. */
function artifacts() {
  const { web, index, child } = images;
  const platform = (architecture: string) => ({ os: 'linux', architecture });
  return {
    web: [{ digest: web.digest, tags: ['v1', 'stable'] }],
    'a/b/c': [{ digest: index.digest, tags: ['2.0'], kind: 'index' as const }],
    multi: [
      {
        tags: ['1.0'],
        kind: 'index' as const,
        children: [{ digest: child.digest, platform: platform('amd64') }],
      },
    ],
    far: [{ tags: ['1.0'] }],
  };
}
