/** The processes of the soak: a router, a bridge on a unix socket, a bridge on TCP, each with a crictl of its own. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { DEMO_ACCOUNT } from '../../../demo/registry.ts';
import { type CrictlAnswers, type FakeCrictl, fakeCrictl } from '../../fake-crictl/index.ts';
import { crictlRun } from '../../fixtures/recordings.ts';
import { freePort } from '../../real/free-port.ts';
import { PROJECT } from '../../real/project.ts';
import { eventually } from '../../support/eventually.ts';
import { testFolder } from '../../support/folder.ts';
import { type RunningProcess, startProcess } from '../../support/processes.ts';
import type { Ends } from './ends.ts';

export const WRITE_TOKEN = 'write-token-of-the-soak';
export const HARBOR_TOKEN = 'token-of-the-webhooks-of-harbor';
export const INVOKE_SECRET = Buffer.from('a secret of the soak for calls by webhook').toString(
  'base64',
);
const BRIDGE_TOKEN = 'token-of-the-bridge';
/** The whole inspector, so that the heap can be settled before it is measured. */
const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

export interface SoakNode {
  readonly name: string;
  readonly crictl: FakeCrictl;
  /** What a healthy crictl answers. */
  readonly healthy: CrictlAnswers;
  /** The bridge that runs now. */
  bridge: RunningProcess;
  /** Kills the bridge. */
  kill(): Promise<void>;
  /** Starts another bridge at the same address. */
  restart(): Promise<void>;
}

export interface Topology {
  readonly url: string;
  readonly logFile: string;
  readonly journalFile: string;
  readonly nodes: readonly [SoakNode, SoakNode];
  /** The router that runs now. */
  router: RunningProcess;
  /** Stops the router, and starts another with the same configuration. @returns how the first ended */
  restartRouter(): Promise<number | NodeJS.Signals>;
}

/** Starts everything, and waits until the router is ready. It ends with the test. */
export async function startTopology(harborUrl: string, ends: Ends): Promise<Topology> {
  const folder = testFolder();
  const socket = join(folder, 'bridge.sock');
  const port = await freePort();
  const nodes = [
    await startNode('node-1', { bridge_listen: `unix:${socket}` }, ends),
    await startNode(
      'node-2',
      { bridge_listen: `127.0.0.1:${port}`, bridge_token: BRIDGE_TOKEN },
      ends,
    ),
  ] as const;
  const app_port = await freePort();
  const url = `http://127.0.0.1:${app_port}`;
  const logFile = join(folder, 'log', 'app.log');
  const journalFile = join(folder, 'journal.jsonl');
  const config = {
    app_config: {
      app_port,
      local_socket: join(folder, 'local.sock'),
      log_file: logFile,
      log_level: 'INFO',
      log_max_bytes: 300_000, // rotates every few seconds
      write_token: { soak: WRITE_TOKEN },
    },
    harbor_config: {
      harbor_host: harborUrl,
      harbor_username: DEMO_ACCOUNT.name,
      harbor_password: DEMO_ACCOUNT.password,
      harbor_timeout_ms: 2000,
      registry_aliases: ['registry.example.test:9443'],
    },
    bridge_config: { bridge_url: `unix:${socket}`, bridge_timeout_ms: 4000 },
    nodes_config: {
      nodes: {
        'node-1': { bridge_url: `unix:${socket}` },
        'node-2': { bridge_url: `http://127.0.0.1:${port}`, bridge_token: BRIDGE_TOKEN },
      },
      node_timeout_ms: 4000,
      node_max_stale_ms: 4000,
      max_age_ms: 500,
    },
    delete_config: { journal_file: journalFile },
    cleanup_config: { policies: { sweep: { projects: ['sweep'], tags: ['t*'] } } },
    webhook_config: {
      harbor_webhook_token: HARBOR_TOKEN,
      invoke_secret: [INVOKE_SECRET],
      notify_url: await startReceiver(),
    },
    metrics_config: { refresh_ms: 2000 },
  };
  const start = async (): Promise<RunningProcess> => {
    const router = ends.watch('the router', startProcess('router', { config, env: INSPECTED }));
    // Its log is a file, and stderr says nothing.
    await eventually(async () => {
      const ready = await (await fetch(`${url}/readyz`)).text();
      if (ready !== 'ok\n') throw new Error(`the router is not ready: ${ready}${router.stderr()}`);
    });
    return router;
  };
  const topology: Topology = {
    url,
    logFile,
    journalFile,
    nodes,
    router: await start(),
    restartRouter: async () => {
      const how = await ends.end(topology.router, 'SIGTERM');
      topology.router = await start();
      return how;
    },
  };
  return topology;
}

async function startNode(name: string, bridge_config: object, ends: Ends): Promise<SoakNode> {
  const healthy = answersOf(name);
  const crictl = fakeCrictl(healthy);
  onTestFinished(() => crictl.cleanup());
  const start = async (): Promise<RunningProcess> => {
    const bridge = startProcess('bridge', {
      config: {
        app_config: { log_level: 'WARNING' },
        bridge_config: { node_name: name, ...bridge_config },
        crictl_config: {
          crictl_path: crictl.path,
          crictl_sudo: false,
          crictl_timeout_ms: 1500,
          crictl_max_age_ms: 200,
        },
      },
      env: INSPECTED,
    });
    await bridge.listening;
    return ends.watch(`the bridge of ${name}`, bridge);
  };
  const node: SoakNode = {
    name,
    crictl,
    healthy,
    bridge: await start(),
    kill: async () => {
      await ends.end(node.bridge, 'SIGKILL');
    },
    restart: async () => {
      node.bridge = await start();
    },
  };
  return node;
}

/** What the demo's crictl answers for a node, as texts: a shell script that prints them starts faster. */
function answersOf(name: string): CrictlAnswers {
  const run = (...args: readonly string[]) => {
    const endpoint = ['--runtime-endpoint', `unix:///run/demo/${name}.sock`];
    const command = [join(PROJECT, 'demo/crictl'), ...endpoint, ...args];
    return { stdout: spawnSync(process.execPath, command, { encoding: 'utf8' }).stdout };
  };
  return {
    images: run('images', '-o', 'json'),
    ps: run('ps', '-a', '-o', 'json'),
    imagefsinfo: run('imagefsinfo', '-o', 'json'),
    // As with containerd 2: always unknown, and not only while a bridge begins.
    info: crictlRun('v1.36.0-containerd-1.6.20', 'sandbox-image-missing'),
    version: run('version'),
  };
}

/** Takes every notification. @returns its URL */
async function startReceiver(): Promise<string> {
  const server = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.writeHead(204).end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
