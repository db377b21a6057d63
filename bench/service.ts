/** The service as installed: the built single process, in a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GENERATED_ACCOUNT } from '../demo/harbor/generate.ts';
import { type Program, programOf, ROOT, spawnNode } from './program.ts';

/** Builds of the service, of which this checkout is the first. */
export interface Build {
  readonly name: string;
  /** The checkout, with the built service in dist/. */
  readonly folder: string;
}

/** The name of the build of this checkout. */
export const SERVICE = 'service';

export interface ServiceOptions {
  /** The path of crictl; absent: a router without a bridge of its own. */
  readonly crictlPath?: string;
  readonly harborUrl?: string;
  /** nodes_config.nodes. */
  readonly nodes?: object;
  /** delete_config.journal_file. */
  readonly journalPath?: string;
}

/** Builds this checkout. */
export function runBuild(...flags: readonly string[]): void {
  const args = ['--import', 'tsx', 'scripts/build.ts', ...flags];
  const built = spawnSync(process.execPath, args, { cwd: ROOT });
  if (built.status !== 0) throw new Error(`the build failed: ${built.stderr}`);
}

/** Starts the service and waits for its first answer, to measure the start. */
export async function startService(
  { folder: root }: Build,
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
      metrics_config: { refresh_ms: 0 }, // so that nothing is read but what is measured
      ...(options.journalPath && { delete_config: { journal_file: options.journalPath } }),
      ...(options.nodes && { nodes_config: { nodes: options.nodes } }),
    }),
  );
  const url = `http://127.0.0.1:${port}`;
  const startedAtMs = performance.now();
  const program = options.crictlPath === undefined ? 'router' : 'single';
  const file = path.join(root, `dist/start/${program}.js`);
  const child = spawnNode([file, '--config', path.join(folder, 'config.json')], {
    stderr: 'ignore',
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    await sleep(2);
  }
  const startedMs = performance.now() - startedAtMs;
  const started = programOf(child, url);
  return {
    ...started,
    startedMs,
    stop: async () => {
      await started.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a service of each build. */
export async function startServices(
  builds: readonly Build[],
  options: ServiceOptions,
): Promise<readonly { readonly name: string; readonly program: Program }[]> {
  const programs = await Promise.all(builds.map((build) => startService(build, options)));
  return builds.map(({ name }, index) => ({ name, program: programs[index] as Program }));
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
