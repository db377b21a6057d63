/** Deletions over two nodes: a real containerd with pods behind a bridge, and a second bridge. The Harbor stand-in has the artifacts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Containerd } from './containerd/containerd.ts';
import { REGISTRY, startRealNodes } from './containerd/nodes.ts';
import type { OciImage } from './containerd/oci-image.ts';
import { copyCrictl } from './crictl.ts';

const WEB = `${REGISTRY}/apps/web:v1`;
const MULTI = `${REGISTRY}/apps/multi:1.0`;
const AGENT = 'elsewhere.test/agent:v1';
const folder = mkdtempSync(join(tmpdir(), 'image-api-guard-'));

let containerd: Containerd;
let crictlPath: string;
let web: OciImage;
let multi: OciImage;
let agent: Awaited<ReturnType<Containerd['run']>>;

beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await copyCrictl(folder);
  const repository = `${REGISTRY}/apps/web`;
  web = await containerd.importImage({ names: [WEB], repository, title: 'web' });
  multi = await containerd.importImage({
    names: [MULTI],
    repository: `${REGISTRY}/apps/multi`,
    title: 'multi',
    architectures: ['amd64', 'arm64'],
  });
  // A node always has containers. A runtime that has lost all of them leaves it unknown what its pods need.
  await containerd.importImage({ names: [AGENT], title: 'agent' });
  agent = await containerd.run({ name: 'agent', pod: 'agent-1', image: AGENT });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

/** The service, called with paths of artifacts. */
async function start() {
  const children = Object.values(multi.manifests).map((digest) => ({ digest }));
  const repositories = {
    web: [{ digest: web.digest, tags: ['v1'] }],
    multi: [{ digest: multi.digest, tags: ['1.0'], kind: 'index' as const, children }],
  };
  const { call } = await startRealNodes({ containerd, crictlPath, repositories });
  const ofArtifact = (method: string, path: string, headers?: Record<string, string>) =>
    call(method, `/harbor/artifacts/apps/${path}`, headers);
  return { call: ofArtifact };
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
  const done = await call('DELETE', 'multi/1.0');

  expect(refused.body.code).toBe('in_use');
  expect(refused.body.detail).toMatch(/real\/job-1 \(container job, exited\) on node-3/);
  expect(done).toMatchObject({ status: 200, body: { deleted: true, usage: 'present' } });
});

it('deletes nothing while a runtime that had containers has none, as CRI-O after a reboot', async () => {
  const { call } = await start();
  const before = await call('GET', 'web/v1/deletion-plan');

  await containerd.remove(agent);
  const refused = await call('DELETE', 'web/v1');
  agent = await containerd.run({ name: 'agent', pod: 'agent-2', image: AGENT });
  const done = await call('DELETE', 'web/v1');

  expect(before.body).toMatchObject({ usage: 'present', blockers: [] });
  expect(refused).toMatchObject({ status: 409, body: { code: 'usage_unknown' } });
  expect(refused.body.detail).toContain('has no containers');
  expect(done).toMatchObject({ status: 200, body: { deleted: true } });
});
