/** What the answers over nodes say about a real containerd with a running pod, and about a node beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOf } from '../../demo/harbor/registry.ts';
import { nodeImagesAnswerSchema } from '../../shared/domain/nodes/node-rows-answer.ts';
import { Containerd } from './containerd/containerd.ts';
import { REGISTRY, startRealNodes } from './containerd/nodes.ts';
import type { OciImage } from './containerd/oci-image.ts';
import { copyCrictl } from './crictl.ts';

const REPOSITORY = `${REGISTRY}/apps/web`;
const OLD = digestOf('a version that no node has');
const NO_CACHE = { 'cache-control': 'no-cache' };
const folder = mkdtempSync(join(tmpdir(), 'image-api-looking-'));

let containerd: Containerd;
let crictlPath: string;
let running: OciImage;
let pulled: OciImage;

/** v1 runs in a pod, v2 was only pulled. */
beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await copyCrictl(folder);
  const pull = (tag: string) =>
    containerd.importImage({ names: [`${REPOSITORY}:${tag}`], repository: REPOSITORY, title: tag });
  running = await pull('v1');
  pulled = await pull('v2');
  await containerd.run({ name: 'app', pod: 'web-7d9f', image: `${REPOSITORY}:v1` });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

const POD = { namespace: 'real', pod: 'web-7d9f', container: 'app', state: 'running' };
const READ = {
  complete: true,
  nodes: [
    { name: 'node-1', status: 'ok' },
    { name: 'node-3', status: 'ok' },
  ],
};

const start = () =>
  startRealNodes({
    containerd,
    crictlPath,
    repositories: {
      web: [
        { digest: running.digest, tags: ['v1'] },
        { digest: pulled.digest, tags: ['v2'] },
        { digest: OLD, tags: ['v0'] },
      ],
    },
  });

it('GET /drift shows an image as gone that was deleted by force under a running pod', async () => {
  const { call } = await start();
  const before = await call('GET', '/drift?q=v1');
  const refused = await call('DELETE', '/harbor/artifacts/apps/web/v1');
  const forced = await call('DELETE', '/harbor/artifacts/apps/web/v1?force=true');
  const unused = await call('DELETE', '/harbor/artifacts/apps/web/v2');
  const gone = await call('GET', '/drift?status=gone', NO_CACHE);
  const lost = await call('GET', '/drift?status=gone&running=true');
  const elsewhere = await call('GET', '/drift?status=gone&running=true&node=node-1');

  const containers = [{ node: 'node-3', ...POD }];
  const image = { repository: REPOSITORY, tag: 'v1', digest: running.digest };
  const row = { ...image, nodes: ['node-3'], running: true, containers };
  expect(before.body).toMatchObject({ ...READ, images: [{ ...row, status: 'in_sync' }] });
  expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
  expect(forced).toMatchObject({ status: 200, body: { deleted: true, usage: 'in_use' } });
  expect(unused).toMatchObject({ status: 200, body: { deleted: true, usage: 'present' } });
  expect(gone.body).toMatchObject({
    ...READ,
    errors: [],
    images: expect.arrayContaining([
      expect.objectContaining({ tag: 'v1', status: 'gone', running: true }),
      expect.objectContaining({ tag: 'v2', status: 'gone', running: false, containers: [] }),
    ]),
  });
  expect(lost.body).toMatchObject({ ...READ, images: [{ ...row, status: 'gone' }] });
  expect(elsewhere.body).toMatchObject({ images: [] });
});

it('GET /usage names the pod, also when Harbor no longer has the artifact', async () => {
  const { call } = await start();
  const byTag = await call('GET', '/usage/apps/web/v1');
  await call('DELETE', '/harbor/artifacts/apps/web/v1?force=true');
  const byDigest = await call('GET', `/usage/apps/web/${running.digest}`, NO_CACHE);
  const byLostTag = await call('GET', '/usage/apps/web/v1', NO_CACHE);

  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const uses = [{ node: 'node-3', ...POD, since, match: 'artifact' }];
  expect(byTag.body).toMatchObject({ ...READ, digest: running.digest, in_registry: true, uses });
  expect(byDigest.body).toMatchObject({ ...READ, in_registry: false, uses });
  expect(byLostTag).toMatchObject({ status: 404, body: { code: 'harbor_not_found' } });
});

it('GET /compare says which node lacks the images of the other', async () => {
  const { call } = await start();
  const { body } = await call('GET', '/compare');

  const onNode3 = (digest: string) =>
    expect.objectContaining({ by: 'digest', digest, nodes: ['node-3'], missing_on: ['node-1'] });
  expect(body).toMatchObject({ ...READ, common: [], partial: [], skew: [] });
  expect(body['single']).toEqual(
    expect.arrayContaining([onNode3(running.digest), onNode3(pulled.digest)]),
  );
});

it('GET /nodes/{node}/images says which images are in use, and by what', async () => {
  const { call } = await start();
  const { body } = await call('GET', '/nodes/node-3/images?q=web');

  expect(body).toMatchObject({ complete: true, nodes: [{ name: 'node-3', status: 'ok' }] });
  expect(body['images']).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ tag: 'v1', in_use: true, containers: [POD] }),
      expect.objectContaining({ tag: 'v2', in_use: false, containers: [] }),
    ]),
  );
});

it('GET /nodes counts what no container uses, without the sandbox image', async () => {
  const { call } = await start();
  const all = await call('GET', '/nodes/node-3/images?sort=tag');
  const { body } = await call('GET', '/nodes?q=node-3');

  const images = nodeImagesAnswerSchema.parse(all.body).images;
  expect(images.map(({ tag }) => tag)).toEqual(['3.8', 'v1', 'v2']);
  expect(body['nodes']).toMatchObject([
    {
      name: 'node-3',
      status: 'ok',
      runtime: { name: 'containerd' },
      images: images.length,
      containers: 1,
      disk_bytes: expect.any(Number),
      reclaimable_bytes_max: images.at(-1)?.size_bytes,
    },
  ]);
});

it('GET /harbor/unused lists the artifact that no node has, and nothing else', async () => {
  const { call } = await start();
  const { body } = await call('GET', '/harbor/unused?project=apps');

  expect(body).toMatchObject({ ...READ, partial: false });
  expect(body['artifacts']).toMatchObject([{ project: 'apps', repository: 'web', digest: OLD }]);
});
