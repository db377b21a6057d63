/** Programs under test as processes: started, waited for until they listen, and ended by their id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';

export interface Program {
  readonly port: number;
  /** What it wrote so far, to stdout and stderr. */
  output(): string;
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** All of it: nothing of this process's environment but PATH and HOME is passed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Reads the port out of what it wrote, fd 3 included; or it is known before. */
  readonly port: RegExp | number;
}

/** The contract suite starts about twenty at the same time. */
const START_TIMEOUT_MS = 45_000;
/** Processes that have not ended by then are killed. */
const STOP_TIMEOUT_MS = 3_000;

export async function startProgram(options: ProgramOptions): Promise<Program> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: { PATH, HOME, NO_COLOR: '1', ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of child.stdio.slice(1)) {
    (stream as NodeJS.ReadableStream).on('data', (part: Buffer) => {
      output += part.toString('utf8');
    });
  }
  const port = await listening(child, options.port, () => output);
  return { port, output: () => output, stop: () => stop(child) };
}

async function listening(
  child: ChildProcess,
  wanted: RegExp | number,
  output: () => string,
): Promise<number> {
  const untilMs = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < untilMs && child.exitCode === null) {
    const port = typeof wanted === 'number' ? wanted : Number(wanted.exec(output())?.[1] ?? 0);
    if (port > 0 && (await accepts(port))) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop(child);
  throw new Error(`${child.spawnargs.join(' ')} did not listen:\n${output()}`);
}

async function accepts(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false; // not yet
  } finally {
    socket.destroy();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}
