/** `GET /v1/node` of a bridge over a real containerd with pods. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import { nodeReadingSchema } from '../../shared/ports/bridge.ts';
import { configurationOf } from '../support/configuration.ts';
import { eventually } from '../support/eventually.ts';
import { memoryLog } from '../support/log.ts';
import { Containerd, PAUSE_IMAGE } from './containerd/containerd.ts';
import { copyCrictl } from './crictl.ts';

const WEB = 'registry.test:9443/apps/web:v1';
const folder = mkdtempSync(join(tmpdir(), 'image-api-node-'));
const { logger, lines } = memoryLog();

let containerd: Containerd;
let app: ReturnType<typeof createBridgeApp>;

beforeAll(async () => {
  containerd = await Containerd.start();
  await containerd.importImage({ names: [WEB], title: 'web' });
  const configuration = configurationOf({
    crictl_config: {
      crictl_path: await copyCrictl(folder),
      crictl_runtime_endpoint: containerd.endpoint,
      crictl_max_age_ms: 0,
    },
  });
  const { crictl_config } = configuration;
  const bridge = createCrictlBridge({
    crictl_config,
    logger,
    nodeName: 'node-3',
    maxFactsWaitMs: 30_000,
  });
  app = createBridgeApp({ bridge, configuration, logger });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

async function node() {
  return nodeReadingSchema.parse(await (await app.request('/v1/node')).json());
}

it('names the node, the runtime with its version, and the usage of the file system of images', async () => {
  expect(await node()).toMatchObject({
    name: 'node-3',
    runtime: { name: 'containerd', version: expect.stringMatching(/^v?\d+\.\d+/) },
    image_filesystems: [
      {
        mountpoint: expect.stringContaining('io.containerd.snapshotter'),
        used_bytes: expect.any(Number), // containerd counts every ten seconds
      },
    ],
  });
  expect(lines.filter(({ level }) => level === 'WARNING')).toEqual([]);
});

it('names the pod of a container that runs and of one that has ended', async () => {
  const before = new Date(Date.now() - 1000).toISOString();
  const ids = [
    await containerd.run({ name: 'app', pod: 'web-7c9d', image: WEB }),
    await containerd.run({ name: 'job', pod: 'job-1', image: WEB, ends: true }),
  ];
  const { containers } = await eventually(async () => {
    const reading = await node();
    expect(reading.containers).toContainEqual(
      expect.objectContaining({ state: 'CONTAINER_EXITED' }),
    );
    return reading;
  });
  for (const id of ids) await containerd.remove(id);
  const left = await node();

  const of = (pod: string) => ({
    pod,
    namespace: 'real',
    pod_uid: `uid-of-${pod}`,
    attempt: 0,
    created_at: expect.toSatisfy((time) => time > before),
    finished_at: null,
  });
  expect(containers).toHaveLength(2);
  expect(containers).toContainEqual(
    expect.objectContaining({ name: 'app', state: 'CONTAINER_RUNNING', ...of('web-7c9d') }),
  );
  expect(containers).toContainEqual(
    expect.objectContaining({ name: 'job', state: 'CONTAINER_EXITED', ...of('job-1') }),
  );
  expect(left.containers).toEqual([]);
});

it('tells the image of the sandboxes', async () => {
  const { images } = await node();
  const sandboxes = images.filter(({ sandbox }) => sandbox);

  expect(sandboxes.flatMap(({ repo_tags }) => repo_tags)).toEqual([PAUSE_IMAGE]);
  expect(images.filter(({ sandbox }) => sandbox === false)).toHaveLength(images.length - 1);
});

it('answers 304 as long as nothing changes', async () => {
  const first = await app.request('/v1/node');
  const headers = { 'If-None-Match': String(first.headers.get('etag')) };
  const same = await app.request('/v1/node', { headers });
  const container = await containerd.run({ name: 'app', image: WEB });
  const changed = await app.request('/v1/node', { headers });
  await containerd.remove(container);

  expect([same.status, await same.text(), changed.status]).toEqual([304, '', 200]);
});
