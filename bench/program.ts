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
  readonly pid: number;
  /** Resident memory now, children included, MB. */
  memoryMb(): number;
  /** The peak so far, MB. */
  peakMb(): number;
  /** CPU time so far, without children, milliseconds; precise to 10 ms. */
  cpuMs(): number;
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
  options: {
    readonly stderr?: 'inherit' | 'ignore';
    /** Wins over the environment of the benchmark. */
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): ChildProcess {
  const { stderr = 'inherit', environment } = options;
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', stderr],
    cwd: ROOT,
    env: { ...process.env, ...environment },
  });
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
    pid,
    memoryMb: () => memoryOf(pid, 'VmRSS'),
    peakMb: () => memoryOf(pid, 'VmHWM'),
    cpuMs: () => cpuMsOf(pid),
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

/** User and system time, which /proc tells in hundredths of a second. */
function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program may contain spaces. After it, these are the fields 12 and 13.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

/** For the process and its children, such as a compiler. */
function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes = '0'] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  const ofChildren = children.map((child) => memoryOf(Number(child), field));
  return Number(kilobytes) / 1024 + ofChildren.reduce((sum, mb) => sum + mb, 0);
}
