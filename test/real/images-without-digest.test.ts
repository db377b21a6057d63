/** Images of a real containerd that have no digest: their ids decide, whatever their names are, in every answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Containerd } from './containerd/containerd.ts';
import { REGISTRY, startRealNodes } from './containerd/nodes.ts';
import { type OciImage, ociImage } from './containerd/oci-image.ts';
import { copyCrictl } from './crictl.ts';

const LATEST = `${REGISTRY}/apps/web:latest`;
const FOREIGN = 'elsewhere.test/tool:v1';
const folder = mkdtempSync(join(tmpdir(), 'image-api-bare-'));

let containerd: Containerd;
let crictlPath: string;
let first: OciImage;
const second = ociImage({ names: [], program: new Uint8Array(), title: 'second' });

beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await copyCrictl(folder);
  // `1.0,latest` was pushed, and `latest` loaded without digests.
  first = await containerd.importImage({ names: [LATEST], title: 'first' });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

/** The registry has moved `latest` to other content, `1.1`. */
async function start() {
  const seed = ({ digest, id }: OciImage, tags: readonly string[], pushedAt: number) => ({
    digest,
    configDigest: `sha256:${id}`,
    tags,
    pushedAt,
  });
  const web = [seed(first, ['1.0'], 0), seed(second, ['1.1', 'latest'], 1)];
  const { call } = await startRealNodes({ containerd, crictlPath, repositories: { web } });
  return {
    remove: (reference: string) => call('DELETE', `/harbor/artifacts/apps/web/${reference}`),
    usesOf: async (reference: string) =>
      (await call('GET', `/usage/apps/web/${reference}`)).body.uses,
    unused: async () => (await call('GET', '/harbor/unused')).body.artifacts,
  };
}

it.each([
  ['by its own name, which was pushed again', 'web-1', async () => LATEST],
  [
    'by a name of another repository',
    'web-2',
    async () => {
      await containerd.renameImage(LATEST, FOREIGN, [LATEST]);
      return FOREIGN;
    },
  ],
])('what a pod runs %s is in use, and what has its name now is not', async (_, pod, name) => {
  const image = await name();
  const container = await containerd.run({ name: 'app', pod, image });
  const { remove, usesOf, unused } = await start();

  const uses = [await usesOf('1.0'), await usesOf('1.1')];
  const listed = await unused();
  const refused = await remove('1.0');
  const done = await remove(second.digest);
  await containerd.remove(container);

  expect(uses).toEqual([
    [expect.objectContaining({ container: 'app', match: 'artifact', image: `sha256:${first.id}` })],
    [],
  ]);
  expect(listed).toMatchObject([{ digest: second.digest }]);
  expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
  expect(done).toMatchObject({ status: 200, body: { deleted: true, usage: 'absent' } });
});

it('a pod of which containerd has lost the image is known by its id', async () => {
  const image = `${REGISTRY}/apps/gone:1`;
  await containerd.importImage({ names: [image], title: 'first' });
  const container = await containerd.run({ name: 'app', pod: 'web-3', image });
  await containerd.forgetImages([image, FOREIGN, LATEST]);
  const { remove, usesOf } = await start();

  const uses = await usesOf('1.0');
  const refused = await remove('1.0');
  const done = await remove(second.digest);
  await containerd.remove(container);

  expect(uses).toMatchObject([{ container: 'app', image: `sha256:${first.id}` }]);
  expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
  expect(done).toMatchObject({ status: 200, body: { deleted: true, usage: 'absent' } });
});
