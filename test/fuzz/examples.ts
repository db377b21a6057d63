/** Valid values, from which the tests make bad ones, and the parts around a parser that it needs to run. */
import { writeFileSync } from 'node:fs';
import { crictlFailure } from '../../bridge/crictl-failure.ts';
import type { RunResult } from '../../bridge/exec.ts';
import { kubeletSocket } from '../../bridge/kubelet-socket.ts';
import { runtimeEndpoint } from '../../bridge/runtime-endpoint.ts';
import { DEMO_ACCOUNT, demoRegistry } from '../../demo/registry.ts';
import { createBridgeClient } from '../../shared/adapters/bridge-client/bridge-client.ts';
import { getByFetch } from '../../shared/adapters/bridge-client/bridge-get.ts';
import { resolveOptions } from '../../shared/adapters/harbor/http/options.ts';
import { ENDED, testHost } from '../bridge/programs.ts';
import { testFolder } from '../support/folder.ts';
import { imageRow } from '../support/host-rows.ts';
import { memoryLog } from '../support/log.ts';
import { nodesOf } from '../support/nodes.ts';
import { createService } from '../support/service.ts';

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

const event_data = {
  resources: [{ digest: DIGEST, tag: 'v1', resource_url: 'harbor.example.test/shop/web:v1' }],
  repository: { name: 'web', namespace: 'shop', repo_full_name: 'shop/web' },
};

/** An event of Harbor in both of its formats. */
export const DELIVERIES = [
  { type: 'PUSH_ARTIFACT', occur_at: 1_750_000_000, operator: 'admin', event_data },
  {
    specversion: '1.0',
    id: 'a-b',
    source: '/projects/1/webhook/policies/1',
    type: 'harbor.artifact.deleted',
    time: '2026-01-12T09:40:11Z',
    data: event_data,
  },
];

export const INVOCATIONS = [
  { project: 'shop', repository: 'apps/web', reference: DIGEST, dry_run: true, reason: 'old' },
  { project: 'shop', page: 1, page_size: 10, q: 'a', sort: '-name', no_cache: true },
  { node: 'https://proxy.example.test/~nodes/node-1', q: 'a&b=c#d' },
  { policy: { tags: ['ci-*'] }, apply: true, if_match: `"${DIGEST}"` },
  { verbose: '', older_than: '30d', status: 'gone', since: '2026-01-12' },
];

export const POLICY = {
  projects: ['shop', '!shop-old'],
  repositories: ['shop/*', '*/web'],
  tags: ['ci-*', '!ci-keep'],
  keep_newest: 3,
  older_than: '30d',
  untagged: true,
  max_deletions: 10,
  max_bytes: 1000,
  reason: 'old builds',
};

/** Rows that have the members of projects, repositories and artifacts. */
export const HARBOR_ROWS = [
  {
    name: 'a/b',
    digest: DIGEST,
    metadata: { public: 'true' },
    tags: [{ name: 'v1', push_time: '2026-01-01T00:00:00.000Z' }],
    references: [{ child_digest: DIGEST }],
    annotations: { a: 'b' },
    push_time: '2026-01-01T00:00:00.000Z',
  },
];

/** A client as `refusalProblem` needs it. */
export const HARBOR_CLIENT = {
  base: 'https://harbor.example.test',
  anonymous: false,
  settings: resolveOptions({
    host: 'https://harbor.example.test',
    username: '',
    password: '',
    fetch,
    timeoutMs: 1,
    concurrency: 1,
    maxRows: 1,
    now: () => 0,
    sleep: async () => undefined,
    logger: memoryLog().logger,
  }).settings,
};

export const BRIDGE_TOKEN = 'a-bridge-token-of-test';

export function bridgeAnswering(answer: () => Response) {
  return createBridgeClient({
    url: 'http://bridge',
    name: 'bridge.example.test',
    token: BRIDGE_TOKEN,
    timeoutMs: 60_000,
    get: getByFetch(async () => answer()),
    keepsRows: true,
  });
}

/** The problem that a message of crictl, or of sudo before it, becomes. */
export function crictlProblem(stderr: string) {
  const failed: RunResult = { ...ENDED, exitCode: 1, stderr };
  return crictlFailure(failed, {
    crictlPath: '/usr/bin/crictl',
    viaSudo: true,
    user: 'image-api',
    timeoutMs: 1000,
    endpoint: null,
  });
}

/** The socket in the files of a kubelet with that text. */
export function kubeletSocketIn(text: string): string | null {
  const host = testHost(testFolder());
  writeFileSync(host.kubeletFiles.configuration, text);
  writeFileSync(host.kubeletFiles.flags, text);
  return kubeletSocket(host);
}

/** The arguments for crictl, whose configuration has that text. */
export function endpointIn(text: string): readonly string[] {
  const host = testHost(testFolder());
  writeFileSync(host.crictlConfigFile, text);
  return runtimeEndpoint(null, { host, crictl: { path: '/bin/crictl', asRoot: false } }).args;
}

export async function* chunksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

/** The whole service over the demo's registry, with two nodes and every token. */
export function wholeService(sections: object = {}) {
  const node = { images: [imageRow({ repo_tags: ['harbor.example.test/platform/a:1'] })] };
  return createService({
    harbor: { registry: demoRegistry() },
    nodes: nodesOf({ 'node-1': node, 'node-2': { images: [] } }),
    config: {
      app_config: { write_token: 'a-write-token-of-test', read_token: 'a-read-token-of-test' },
      harbor_config: { harbor_username: DEMO_ACCOUNT.name, harbor_password: DEMO_ACCOUNT.password },
      ...sections,
    },
  });
}
