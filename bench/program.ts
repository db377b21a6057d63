/** The processes of a benchmark. Measures their memory, and ends them with the benchmark. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const BUILT = path.join(ROOT, 'dist/bench');

export interface Program {
  readonly url: string;
  /** Resident memory now, without children, MB. */
  memoryMb(): number;
  /** The peak so far, MB. */
  peakMb(): number;
  stop(): Promise<void>;
}

/** Bundles bench/programs, so that no side contains a compiler. */
export async function buildPrograms(): Promise<void> {
  const folder = path.join(ROOT, 'bench/programs');
  await build({
    entryPoints: readdirSync(folder).map((name) => path.join(folder, name)),
    outdir: BUILT,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
}

/** Starts one of bench/programs, which prints its URL on stdout when it listens. */
export async function startProgram(name: string, options: object): Promise<Program> {
  const child = spawnNode([path.join(BUILT, `${name}.js`), JSON.stringify(options)]);
  return programOf(child, await firstLine(child, name));
}

/** Runs one of bench/programs to its end and reads the JSON that it prints. */
export async function runProgram(name: string, options: object): Promise<unknown> {
  const child = spawnNode([path.join(BUILT, `${name}.js`), JSON.stringify(options)]);
  return JSON.parse(await firstLine(child, name));
}

/** Starts a Node process. Its stdin ends when the benchmark ends. */
export function spawnNode(
  args: readonly string[],
  { stderr = 'inherit' }: { readonly stderr?: 'inherit' | 'ignore' } = {},
): ChildProcess {
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', stderr], cwd: ROOT });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

export function programOf(child: ChildProcess, url: string): Program {
  const { pid } = child;
  if (pid === undefined) throw new Error('the program did not start');
  return {
    url,
    memoryMb: () => memoryOf(pid, 'VmRSS'),
    peakMb: () => memoryOf(pid, 'VmHWM'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function firstLine(child: ChildProcess, name: string): Promise<string> {
  if (child.stdout === null) throw new Error(`${name} has no output`);
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error(`${name} ended without a word`);
}

/** From /proc, which has kilobytes. @throws Error if the program has ended */
function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  if (kilobytes === undefined) throw new Error('the program has ended');
  return Number(kilobytes) / 1024;
}
