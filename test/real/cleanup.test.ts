/** A cleanup over a real containerd with pods, and the Harbor stand-in. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf } from '../support/body.ts';
import { digestOf, requestOf, tagOf, WRITE } from '../support/cleanup.ts';
import { keptRegistry, LOGIN } from '../support/keeper.ts';
import { createService } from '../support/service.ts';
import { Containerd } from './containerd/containerd.ts';
import { copyCrictl } from './crictl.ts';

const WEB = 'registry.test:9443/apps/web';
const KEEP_ONE = { policy: { projects: ['apps'], keep_newest: 1 } };
const folder = mkdtempSync(join(tmpdir(), 'image-api-cleanup-'));

let containerd: Containerd;
let crictlPath: string;
let digests: readonly string[];

/** Three versions on the node: v1 runs, v2 has run, v3 was only pulled. */
beforeAll(async () => {
  containerd = await Containerd.start();
  crictlPath = await copyCrictl(folder);
  const pull = (tag: string) =>
    containerd.importImage({ names: [`${WEB}:${tag}`], repository: WEB, title: tag });
  const images = [await pull('v1'), await pull('v2'), await pull('v3')];
  digests = images.map(({ digest }) => digest);
  await containerd.run({ name: 'app', pod: 'web-7d9f', image: `${WEB}:v1` });
  await containerd.run({ name: 'job', pod: 'job-1', image: `${WEB}:v2`, ends: true });
});
afterAll(async () => {
  await containerd?.close();
  rmSync(folder, { recursive: true });
});

function start() {
  const pulled = digests.map((digest, index) => ({ digest, tags: [`v${index + 1}`] }));
  const others = [4, 5, 6].map((digit) => ({ digest: digestOf(digit), tags: [`v${digit}`] }));
  const registry = keptRegistry(
    [{ name: 'apps', repositories: { web: [...pulled, ...others] } }],
    'admin',
  );
  const service = createService({
    harbor: { registry },
    config: {
      app_config: { write_token: { ci: WRITE } },
      harbor_config: LOGIN,
      crictl_config: { crictl_path: crictlPath, crictl_runtime_endpoint: containerd.endpoint },
      bridge_config: { node_name: 'node-3' },
    },
  });
  const send = (body: object, headers: Readonly<Record<string, string>> = {}) =>
    service.get('/harbor/cleanup?verbose', requestOf(body, headers));
  const tags = () => [...(registry.repository('apps', 'web')?.tags.keys() ?? [])].toSorted();
  return { send, tags };
}

it('with keep_newest: 1 keeps what runs and what a node has, and deletes the rest', async () => {
  const { send, tags } = start();
  const plan = await send(KEEP_ONE);
  const headers = { 'if-match': tagOf(plan) };
  const applied = await bodyOf(await send({ ...KEEP_ONE, apply: true }, headers));

  expect(await bodyOf(plan)).toMatchObject({
    complete: true,
    candidates: [{ tags: ['v4'] }, { tags: ['v5'] }],
    kept: expect.arrayContaining([
      expect.objectContaining({
        tags: ['v1'],
        reason: 'in_use',
        detail: 'It is used by real/web-7d9f (container app, running) on node-3.',
      }),
      expect.objectContaining({
        tags: ['v2'],
        reason: 'in_use',
        detail: 'It is used by real/job-1 (container job, exited) on node-3.',
      }),
      expect.objectContaining({ tags: ['v3'], reason: 'present' }),
      expect.objectContaining({ tags: ['v6'], reason: 'newest' }),
    ]),
  });
  expect(applied).toMatchObject({ deleted: 2, kept_now: 0, failed: 0, stopped: null });
  expect(tags()).toEqual(['v1', 'v2', 'v3', 'v6']);
});
