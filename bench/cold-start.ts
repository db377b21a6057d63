/**
 * `npm run bench:cold`: the size of each function, and the time from the start of workerd to the first
 * answer, compared with a worker that answers a constant. Needs `npm ci --prefix test/runtimes`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../shared/values/configuration/configuration.ts';
import { ROOT } from './program.ts';

const ROUNDS = 15;
const WORKERD = join(ROOT, 'test/runtimes/node_modules/.bin/workerd');
const DEPLOYED = join(ROOT, 'deploy/workerd/image-api.capnp');

interface Side {
  readonly name: string;
  readonly file: string;
  readonly constant: string;
  readonly sizeBytes: number;
  readonly ms: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'image-api-cold-'));
const sides: readonly Side[] = [
  constantSide(),
  ...['router', ...FUNCTION_NAMES].map((name) => ({
    name,
    file: DEPLOYED,
    constant: name === 'router' ? 'config' : name.replace(/-(.)/g, (_, c) => c.toUpperCase()),
    sizeBytes: statSync(join(ROOT, `dist/functions/${name}.js`)).size,
    ms: [],
  })),
];
try {
  // Interleaved, so that other load on the machine affects all of them equally.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const side of sides) {
      const ms = await firstAnswerMs(side);
      if (round > 0) side.ms.push(ms); // the first round fills the file cache
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
report(sides);

/** A worker that does nothing, to measure workerd itself. */
function constantSide(): Side {
  const file = join(folder, 'constant.capnp');
  const code = 'export default { fetch: () => new Response("ok") };';
  writeFileSync(
    file,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  sockets = [(name = "http", http = (), service = "main")],
  services = [(name = "main", worker = (
    modules = [(name = "constant", esModule = ${JSON.stringify(code)})],
    compatibilityDate = "2026-11-01"))]);
`,
  );
  return { name: '(a constant)', file, constant: 'config', sizeBytes: code.length, ms: [] };
}

/** The time from the start of the process to the end of its first answer, a 404, which needs no upstream. */
async function firstAnswerMs({ file, constant }: Side): Promise<number> {
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

function report([baseline, ...functions]: readonly Side[]): void {
  const constantMs = median(baseline?.ms ?? []);
  const lines = [
    '| function | KiB, minified | first answer, ms | over a constant, ms |',
    '|---|---:|---:|---:|',
    `| ${baseline?.name} | | ${constantMs.toFixed(0)} | |`,
    ...functions.map(({ name, sizeBytes, ms }) => {
      const over = (median(ms) - constantMs).toFixed(1);
      return `| ${name} | ${(sizeBytes / 1024).toFixed(1)} | ${median(ms).toFixed(0)} | ${over} |`;
    }),
  ];
  process.stdout.write(
    `medians of ${ROUNDS} starts of workerd, interleaved\n\n${lines.join('\n')}\n`,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
