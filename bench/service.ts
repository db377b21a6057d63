/** The service as installed: the built single process, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GENERATED_ACCOUNT } from '../demo/harbor/generate.ts';
import { type Program, programOf, ROOT, spawnNode } from './program.ts';

export interface ServiceOptions {
  /** Without it, a router without a bridge of its own. */
  readonly crictlPath?: string;
  readonly harborUrl?: string;
  /** nodes_config.nodes. */
  readonly nodes?: object;
  /** webhook_config. */
  readonly webhooks?: object;
  /** delete_config. */
  readonly deletes?: object;
  /** Through tsx, as in development, instead of the built files. */
  readonly viaTsx?: true;
}

/** Node's arguments for either way to start. */
const BUILT = ['dist/start/single.js'];
const BUILT_ROUTER = ['dist/start/router.js'];
const VIA_TSX = ['--import', 'tsx', 'start/single.ts'];

export function buildService(): void {
  const built = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', '--if-stale'], {
    cwd: ROOT,
  });
  if (built.status !== 0) throw new Error(`the build failed: ${built.stderr}`);
}

/** Starts the service and waits for its first answer, to measure the start. */
export async function startService(
  options: ServiceOptions,
): Promise<Program & { readonly startedMs: number }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const port = await freePort();
  writeFileSync(path.join(folder, 'images_to_ignore.txt'), 'REPOSITORY,TAG\nbench/ignored,*\n');
  writeFileSync(
    path.join(folder, 'config.json'),
    JSON.stringify({
      app_config: { app_host: '127.0.0.1', app_port: port },
      ...(options.crictlPath && {
        crictl_config: { crictl_path: options.crictlPath, crictl_sudo: false },
      }),
      harbor_config: {
        harbor_host: options.harborUrl ?? '',
        harbor_username: GENERATED_ACCOUNT.name,
        harbor_password: GENERATED_ACCOUNT.password,
      },
      webhook_config: options.webhooks ?? {},
      delete_config: options.deletes ?? {},
      ...(options.nodes && { nodes_config: { nodes: options.nodes } }),
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const startedAtMs = performance.now();
  const built = options.crictlPath === undefined ? BUILT_ROUTER : BUILT;
  const how = options.viaTsx ? VIA_TSX : built;
  const child = spawnNode([...how, '--config', path.join(folder, 'config.json')], 'ignore');
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    await sleep(2);
  }
  const startedMs = performance.now() - startedAtMs;
  const program = programOf(child, url);
  return {
    ...program,
    startedMs,
    stop: async () => {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A plain socket, because a larger client would be measured, too. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
    socket.once('data', (bytes) => {
      socket.destroy();
      resolve(bytes.toString('latin1').startsWith('HTTP/1.1 200 '));
    });
    socket.once('error', () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
