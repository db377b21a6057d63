/**
 * The functions for edge runtimes: the size of each, and the time from the start of workerd to the first answer,
 * against a worker that answers a constant. Needs workerd: `npm install --no-save --prefix test/runtimes`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FUNCTION_NAMES } from '../shared/values/configuration/function-names.ts';
import type { Side } from './measure.ts';
import { ROOT } from './program.ts';
import { compare } from './report.ts';
import { type Build, runBuild } from './service.ts';

const WORKERD = path.join(ROOT, 'test/runtimes/node_modules/.bin/workerd');
const NAMES = ['router', ...FUNCTION_NAMES];
const CONSTANT = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  sockets = [(name = "http", http = (), service = "main")],
  services = [(name = "main", worker = (
    modules = [(name = "constant", esModule = "export default { fetch: () => new Response() };")],
    compatibilityDate = "2026-11-01"))]);
`;

export async function functions(builds: readonly Build[]): Promise<void> {
  if (!existsSync(WORKERD)) {
    process.stdout.write('\nThe functions are not measured: there is no workerd.\n');
    return;
  }
  runBuild();
  const folder = mkdtempSync(path.join(tmpdir(), 'image-api-bench-'));
  const constant = path.join(folder, 'constant.capnp');
  writeFileSync(constant, CONSTANT);
  const sides = (sideOf: (name: string, build: Build) => Omit<Side, 'what' | 'who'>) =>
    NAMES.flatMap((name) =>
      builds.map((build) => ({ what: name, who: build.name, ...sideOf(name, build) })),
    );
  await compare(
    'Built functions, minified',
    sides((name, { folder: root }) => ({
      unit: 'KiB',
      run: async () => statSync(path.join(root, `dist/functions/${name}.js`)).size / 1024,
    })),
    { rounds: 1 },
  );
  const bare: Side = {
    what: 'router',
    who: 'a constant',
    unit: 'ms',
    run: () => firstAnswerMs(constant, 'config'),
  };
  const starts = sides((name, { folder: root }) => ({
    unit: 'ms',
    run: () => firstAnswerMs(path.join(root, 'deploy/workerd/image-api.capnp'), constantOf(name)),
  }));
  await compare('Start of workerd to the first answer', [...starts, bare], {
    rounds: 9,
    warmUp: true,
  });
  rmSync(folder, { recursive: true });
}

/** The name of its configuration in deploy/workerd/image-api.capnp. */
function constantOf(name: string): string {
  return name === 'router' ? 'config' : name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

/** The time from the start of the process to the end of its first answer, a 404, which needs no upstream. */
async function firstAnswerMs(file: string, constant: string): Promise<number> {
  const startedAtMs = performance.now();
  const flags = ['--socket-addr=http=127.0.0.1:0', '--control-fd=3'];
  const child = spawn(WORKERD, ['serve', file, constant, ...flags], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  });
  try {
    const [line] = await once(child.stdio[3] as NodeJS.ReadableStream, 'data');
    const { port } = JSON.parse(String(line)) as { port: number };
    const answer = await fetch(`http://127.0.0.1:${port}/nowhere`);
    await answer.text();
    return performance.now() - startedAtMs;
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}
