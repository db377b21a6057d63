/** Deletions over two nodes: a real containerd with pods behind a bridge, and a second bridge. The Harbor stand-in has the artifacts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import { Registry } from '../../demo/harbor/registry.ts';
import type { Bridge } from '../../shared/host/bridge.ts';
import { bodyOf } from '../support/body.ts';
import { serving } from '../support/client.ts';
import { configurationOf } from '../support/configuration.ts';
import { bridgeOf, imageRow } from '../support/host-rows.ts';
import { memoryLog } from '../support/log.ts';
import { createService } from '../support/service.ts';
import { Containerd } from './containerd/containerd.ts';
import type { OciImage } from './containerd/oci-image.ts';
import { chooseCrictl } from './crictl/choose.ts';

const WEB = 'registry.test:9443/apps/web:v1';
const MULTI = 'registry.test:9443/apps/multi:1.0';
const folder = mkdtempSync(join(tmpdir(), 'image-api-guard-'));
const { logger } = memoryLog();

let containerd: Containerd;
let crictlPath: string;
let web: OciImage;
let multi: OciImage;

beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await chooseCrictl(folder);
  const repository = 'registry.test:9443/apps/web';
  web = await containerd.importImage({ names: [WEB], repository, title: 'web' });
  multi = await containerd.importImage({
    names: [MULTI],
    repository: 'registry.test:9443/apps/multi',
    title: 'multi',
    architectures: ['amd64', 'arm64'],
  });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

const idle = imageRow({ repo_tags: ['docker.io/library/idle:1'] });
/** A node that runs nothing. */
const idleNode: Bridge = {
  ...bridgeOf({
    images: async () => ({ rows: [idle], startedAtMs: Date.now(), ageMs: 0 }),
    containers: async () => ({ rows: [], startedAtMs: Date.now(), ageMs: 0 }),
  }),
  node: async () => {
    const facts = { name: 'node-1', instance: 'one', runtime: null, image_filesystems: null };
    return { reading: { facts, images: [idle], containers: [] }, ageMs: 0 };
  },
};

function containerdNode(): Bridge {
  const { crictl_config } = configurationOf({
    crictl_config: {
      crictl_path: crictlPath,
      crictl_runtime_endpoint: containerd.endpoint,
      crictl_max_age_ms: 0,
    },
  });
  return createCrictlBridge({ crictl_config, logger, nodeName: 'node-3' });
}

function bridgeServer(bridge: Bridge) {
  return serving(createBridgeApp({ bridge, configuration: configurationOf({}), logger }));
}

/** The service over both nodes. */
async function start() {
  const node1 = await bridgeServer(idleNode);
  const node3 = await bridgeServer(containerdNode());
  const children = Object.values(multi.manifests).map((digest) => ({ digest }));
  const registry = new Registry({
    accounts: [{ name: 'admin', password: 'Harbor12345', kind: 'admin' }],
    projects: [
      {
        name: 'apps',
        repositories: {
          web: [{ digest: web.digest, tags: ['v1'] }],
          multi: [{ digest: multi.digest, tags: ['1.0'], kind: 'index', children }],
        },
      },
    ],
  });
  const service = createService({
    harbor: { registry },
    config: {
      app_config: { write_token: { ci: 'write-token' } },
      harbor_config: { harbor_username: 'admin', harbor_password: 'Harbor12345' },
      // Where this service runs, there is no container runtime.
      bridge_config: { bridge_url: node1.url, node_name: 'node-1' },
      nodes_config: {
        nodes: { 'node-1': { bridge_url: node1.url }, 'node-3': { bridge_url: node3.url } },
      },
    },
  });
  const call = async (method: string, path: string, headers: Record<string, string> = {}) => {
    const res = await service.get(`/harbor/artifacts/apps/${path}`, {
      method,
      headers: { authorization: 'Bearer write-token', ...headers },
    });
    return { status: res.status, etag: res.headers.get('etag') ?? '', body: await bodyOf(res) };
  };
  return { call, node1 };
}

it('refuses the image of a running pod with node and pod, and deletes it when the pod is removed', async () => {
  const { call } = await start();
  const container = await containerd.run({ name: 'app', pod: 'web-7d9f', image: WEB });

  const plan = await call('GET', 'web/v1/deletion-plan');
  const refused = await call('DELETE', 'web/v1');
  await containerd.remove(container);
  const changed = await call('DELETE', 'web/v1', { 'if-match': plan.etag });
  const now = await call('GET', 'web/v1/deletion-plan');
  const done = await call('DELETE', 'web/v1', { 'if-match': now.etag });

  expect(plan.body).toMatchObject({
    usage: 'in_use',
    complete: true,
    uses: [
      {
        node: 'node-3',
        namespace: 'real',
        pod: 'web-7d9f',
        container: 'app',
        state: 'running',
        match: 'artifact',
      },
    ],
  });
  expect(refused).toMatchObject({ status: 409, body: { code: 'in_use' } });
  expect(refused.body.detail).toContain(
    'It is used by real/web-7d9f (container app, running) on node-3.',
  );
  expect(changed.body).toMatchObject({
    code: 'plan_changed',
    changed: expect.arrayContaining(['uses']),
  });
  expect(now.body).toMatchObject({ usage: 'present', present_on: ['node-3'], blockers: [] });
  expect(done).toMatchObject({ status: 200, body: { deleted: true, usage: 'present' } });
});

it('refuses an index of which an ended container of a pod is left', async () => {
  const { call } = await start();
  const container = await containerd.run({ name: 'job', pod: 'job-1', image: MULTI, ends: true });

  const refused = await call('DELETE', 'multi/1.0');
  await containerd.remove(container);
  const plan = await call('DELETE', 'multi/1.0?dry_run=true');

  expect(refused.body.code).toBe('in_use');
  expect(refused.body.detail).toMatch(/real\/job-1 \(container job, exited\) on node-3/);
  expect(plan.body).toMatchObject({ usage: 'present', blockers: [] });
});

it('refuses while a node cannot be read, and names it', async () => {
  const { call, node1 } = await start();
  await node1.close();

  const refused = await call('DELETE', 'multi/1.0');

  expect(refused).toMatchObject({ status: 409, body: { code: 'usage_unknown' } });
  expect(refused.body.detail).toContain('node-1');
});
