/**
 * The parts of a cluster as processes, with toxiproxy on one of their links: a client, a router, two bridges,
 * functions that are deployed elsewhere, and Harbor.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Registry } from '../../../demo/harbor/registry.ts';
import { createHarborStandIn, type HarborStandIn } from '../../../demo/harbor/stand-in.ts';
import { demoRegistry } from '../../../demo/registry.ts';
import { fakeCrictl } from '../../fake-crictl/index.ts';
import { freePort } from '../../real/free-port.ts';
import { type AtEnd, testFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/processes.ts';
import { startToxiproxy, type ToxicProxy } from '../toxiproxy.ts';

/** Between which two parts the proxies are. */
export type Link = 'client' | 'harbor' | 'bridges' | 'functions';

export const WRITE_TOKEN = 'write-token-of-ci';
/** It sees all projects of the demo, so that `/drift` is complete. */
const ADMIN = { name: 'admin', password: 'demo-admin-password' };
const BRIDGE_TOKEN = 'bridge-token-of-the-nodes';
const NODES = ['node-1', 'node-2'] as const;
/** What is called through the router, and reads Harbor or the nodes itself. */
const DEPLOYED = ['harbor-artifacts', 'compare', 'delete-harbor-artifact', 'harbor-cleanup'];
/** The service gives up so soon that a test need not wait long. */
const TIMEOUT_MS = 1500;
const FUNCTION_TIMEOUT_MS = 3000;
/** For the longest list: three pages of Harbor. */
const LONG = { project: 'sandbox', repository: 'long', artifacts: 250 } as const;
const SHORT = { project: 'data', repository: 'etl/nightly' } as const;

export interface World {
  readonly link: Link;
  readonly registry: Registry;
  readonly standIn: HarborStandIn;
  /** The proxies on the link. */
  readonly proxies: readonly ToxicProxy[];
  /** Where the client sends its requests, through the proxy if that is the link. */
  readonly url: string;
  /** Where the router listens. */
  readonly routerUrl: string;
  readonly journalPath: string;
  /** The processes whose descriptors and memory must come back. */
  readonly pids: readonly number[];
  /** What the client lists. It is short if the client's own connection is slow. */
  readonly listed: { readonly project: string; readonly repository: string };
}

export interface WorldOptions {
  readonly link: Link;
  /** Default: it ends with the test. */
  readonly atEnd?: AtEnd;
}

export async function startWorld({ link, atEnd = onTestFinished }: WorldOptions): Promise<World> {
  const registry = demoRegistry();
  addLongList(registry);
  const standIn = createHarborStandIn({ registry });
  const harbor = await standIn.listen();
  atEnd(() => harbor.close());
  const toxiproxy = await startToxiproxy(atEnd);
  const proxies: ToxicProxy[] = [];
  /** The URL of a part, or of a proxy in front of it. */
  const over = async (part: Link, url: string): Promise<string> => {
    if (part !== link) return url;
    const proxy = await toxiproxy.between(url);
    proxies.push(proxy);
    return proxy.url;
  };

  const bridges = await Promise.all(NODES.map((name) => startBridge(name, atEnd)));
  const nodes: Record<string, object> = {};
  for (const { name, url } of bridges) {
    nodes[name] = { bridge_url: await over('bridges', url), bridge_token: BRIDGE_TOKEN };
  }
  const journalPath = join(testFolder(atEnd), 'journal.jsonl');
  const sections = {
    harbor_config: {
      harbor_host: await over('harbor', harbor.url),
      harbor_username: ADMIN.name,
      harbor_password: ADMIN.password,
      harbor_timeout_ms: TIMEOUT_MS,
      registry_aliases: ['registry.example.test:9443'],
    },
    // Every answer is read anew, so that each meets the fault.
    nodes_config: { nodes, node_timeout_ms: TIMEOUT_MS, max_age_ms: 0 },
    delete_config: { journal_file: journalPath },
  };
  const functionUrls: Record<string, string> = {};
  const pids = bridges.map(({ pid }) => pid);
  const start = async (command: string, config: Readonly<Record<string, object>>, args = '') => {
    const app_port = await freePort();
    const started = startProcess(command, {
      config: { ...sections, ...config, app_config: { app_port, write_token: WRITE_TOKEN } },
      args: args === '' ? [] : [args],
      atEnd,
    });
    await started.listening;
    pids.push(started.pid);
    return `http://127.0.0.1:${app_port}`;
  };
  for (const name of link === 'functions' ? DEPLOYED : []) {
    functionUrls[name] = await over('functions', await start('function', {}, name));
  }
  const routerUrl = await start('router', {
    router_config: { function_urls: functionUrls, function_timeout_ms: FUNCTION_TIMEOUT_MS },
  });
  return {
    link,
    registry,
    standIn,
    proxies,
    url: await over('client', routerUrl),
    routerUrl,
    journalPath,
    pids,
    listed: link === 'client' ? SHORT : LONG,
  };
}

/** A node of the demo, whose crictl answers without starting Node each time. */
async function startBridge(name: string, atEnd: AtEnd) {
  const socket = `unix:///run/demo/${name}.sock`;
  const demo = fileURLToPath(new URL('../../../demo/crictl', import.meta.url));
  const said = (...args: readonly string[]) => {
    const { stdout } = spawnSync(demo, ['--runtime-endpoint', socket, ...args]);
    return { stdout: String(stdout) };
  };
  const crictl = fakeCrictl({
    images: said('images', '-o', 'json'),
    ps: said('ps', '-a', '-o', 'json'),
    version: said('version'),
    imagefsinfo: said('imagefsinfo', '-o', 'json'),
    info: said('info', '-o', 'go-template', '--template', '{{.config.sandboxImage}}'),
  });
  atEnd(() => crictl.cleanup());
  const port = await freePort();
  const bridge = startProcess('bridge', {
    config: {
      crictl_config: {
        crictl_path: crictl.path,
        crictl_sudo: false,
        crictl_runtime_endpoint: socket,
      },
      bridge_config: {
        bridge_listen: `127.0.0.1:${port}`,
        bridge_token: BRIDGE_TOKEN,
        bridge_allow_plaintext: true,
        node_name: name,
      },
    },
    atEnd,
  });
  await bridge.listening;
  return { name, url: `http://127.0.0.1:${port}`, pid: bridge.pid };
}

function addLongList(registry: Registry): void {
  for (let index = 0; index < LONG.artifacts; index += 1) {
    registry.push(LONG.project, LONG.repository, { tags: [`v${index}`] });
  }
}
