/** Every bridge keeps the promises of the port. What is special to one of them is in its own test. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, onTestFinished } from 'vitest';
import { createCrictlBridge } from '../../bridge/crictl-bridge.ts';
import { createBridgeApp } from '../../bridge/server.ts';
import { createBridgeClient } from '../../shared/adapters/bridge-client/bridge-client.ts';
import { getByFetch } from '../../shared/adapters/bridge-client/bridge-get.ts';
import type { HostContainer, HostImage } from '../../shared/ports/bridge.ts';
import { Problem } from '../../shared/values/problem.ts';
import { crictlConfig, testHost } from '../bridge/programs.ts';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { recordedAnswers } from '../fake-crictl/recorded.ts';
import { crictlRun } from '../fixtures/recordings.ts';
import { configurationOf } from '../support/configuration.ts';
import { testFolder } from '../support/folder.ts';
import { memoryLog } from '../support/log.ts';
import { memoryBridge } from '../support/memory-bridge.ts';
import { bridgeSuite, type HostGiven, type MakeBridge } from './bridge-suite.ts';

const VERSION = 'v1.34.0-containerd-1.7.24';
const REFUSED = crictlRun(VERSION, 'no-socket');
const SOCKETS = ['/run/a.sock', '/run/b.sock'];

/** What `crictl images -o json` writes. */
function imagesJson(images: readonly HostImage[]) {
  const rows = images.map(({ id, repo_tags, repo_digests, size_bytes, pinned }) => ({
    id: `sha256:${id}`,
    repoTags: repo_tags,
    repoDigests: repo_digests,
    size: String(size_bytes),
    pinned,
  }));
  return { stdout: JSON.stringify({ images: rows }) };
}

/** What `crictl ps -a -o json` writes. */
function containersJson(containers: readonly HostContainer[]) {
  const rows = containers.map(({ id, name, attempt, state, image_ref, image, ...of }) => ({
    id,
    metadata: { name, attempt },
    image: { image },
    imageRef: image_ref,
    state,
    createdAt: of.created_at === null ? undefined : String(Date.parse(of.created_at) * 1e6),
    labels: {
      'io.kubernetes.pod.name': of.pod,
      'io.kubernetes.pod.namespace': of.namespace,
      'io.kubernetes.pod.uid': of.pod_uid,
    },
  }));
  return { stdout: JSON.stringify({ containers: rows }) };
}

const overCrictl: MakeBridge = ({ images, containers, name, isAmbiguous }) => {
  const answers = { images: imagesJson(images), ps: containersJson(containers) };
  const crictl = fakeCrictl({ ...recordedAnswers(VERSION), ...answers });
  onTestFinished(crictl.cleanup);
  const folder = testFolder();
  const sockets = isAmbiguous ? ['a.sock', 'b.sock'].map((file) => join(folder, file)) : [];
  for (const socket of sockets) writeFileSync(socket, '');
  const bridge = createCrictlBridge({
    crictl_config: crictlConfig({ crictl_path: crictl.path, crictl_max_age_ms: 0 }),
    logger: memoryLog().logger,
    nodeName: name,
    host: testHost(folder, { sockets }),
    maxFactsWaitMs: 30_000,
  });
  return {
    bridge,
    change: (rows) => {
      if (rows.images) crictl.answer('images', imagesJson(rows.images));
      if (rows.containers) crictl.answer('ps', containersJson(rows.containers));
    },
    setDown: (isDown) => {
      crictl.answer('images', isDown ? REFUSED : answers.images);
      crictl.answer('ps', isDown ? REFUSED : answers.ps);
    },
  };
};

const inMemory = ({ images, containers, name, isAmbiguous }: HostGiven) => {
  const facts = { name, instance: 'i', runtime: null, image_filesystems: null };
  const ambiguous = isAmbiguous ? SOCKETS : [];
  const { bridge, host } = memoryBridge({ images, containers, facts, ambiguous });
  return {
    bridge,
    change: (rows: Partial<HostGiven>) => void Object.assign(host, rows),
    setDown: (isDown: boolean) => {
      host.failure = isDown ? new Problem('runtime_unreachable', 'No runtime answers.') : null;
    },
  };
};

const overHttp: MakeBridge = (given) => {
  const { bridge, ...subject } = inMemory(given);
  const app = createBridgeApp({
    bridge,
    configuration: configurationOf({}),
    logger: memoryLog().logger,
  });
  const client = createBridgeClient({
    url: 'http://bridge.example.test',
    name: 'bridge.example.test',
    token: null,
    get: getByFetch(async (input, init) => {
      const response = await app.request(input, init);
      init?.signal?.throwIfAborted(); // as a real fetch does
      return response;
    }),
    timeoutMs: 30_000,
    keepsRows: true,
  });
  return { ...subject, bridge: client };
};

describe('the bridge over crictl', () => bridgeSuite(overCrictl));
describe('the client of a bridge in another process', () => bridgeSuite(overHttp));
describe('the bridge in memory', () => bridgeSuite(inMemory));
