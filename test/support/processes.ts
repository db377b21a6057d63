/** The start commands as real processes, as `npm run build` made them (test/support/built.ts). */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type AtEnd, testFolder } from './folder.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface StartOptions {
  /** config.json; the log goes to stderr, with one line a request. */
  readonly config: Readonly<Record<string, object>>;
  readonly args?: readonly string[];
  /** The folder of the start command; default: that of the build. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A listening socket that the process finds as systemd passes it. */
  readonly socketFd?: number;
  /** How many files it may have open. */
  readonly maxFiles?: number;
  /** A program and arguments that start the command after them, such as `unshare`, and become it. */
  readonly through?: readonly string[];
  /** Default: it ends with the test. */
  readonly atEnd?: AtEnd;
}

export interface RunningProcess {
  readonly pid: number;
  /** Everything on stderr so far. */
  stderr(): string;
  /** The lines of the log so far. */
  log(): readonly Readonly<Record<string, unknown>>[];
  /** Resolves when the log has said that it listens; rejects when the process ends before. */
  readonly listening: Promise<void>;
  /** How it ended: exit code or signal. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `dist/start/NAME.js`; what still runs when the test ends is killed. */
export function startProcess(name: string, options: StartOptions): RunningProcess {
  const { app_config } = options.config;
  const { atEnd = onTestFinished, through = [] } = options;
  const config = {
    ...options.config,
    app_config: { log_file: '', log_level: 'INFO', app_host: '127.0.0.1', ...app_config },
  };
  const folder = testFolder(atEnd);
  const path = join(folder, 'config.json');
  writeFileSync(path, JSON.stringify(config));
  const script = join(options.folder ?? join(PROJECT, 'dist/start'), `${name}.js`);
  const node = [script, ...(options.args ?? []), '--config', path];
  // systemd names the process that it has forked: only a shell knows its own id before it becomes node.
  const passing = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"';
  const limited = options.maxFiles === undefined ? [] : ['prlimit', `--nofile=${options.maxFiles}`];
  const [command = '', ...args] =
    options.socketFd === undefined
      ? [...through, ...limited, process.execPath, ...node]
      : ['/bin/sh', '-c', passing, 'sh', process.execPath, ...node];
  const child = spawn(command, args, {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore', 'ignore', 'pipe', ...(options.socketFd ? [options.socketFd] : [])],
  });
  atEnd(() => void child.kill('SIGKILL'));
  return running(child);
}

function running(child: ChildProcess): RunningProcess {
  let stderr = '';
  // Not `exit`: what it wrote last may not be read by then.
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const listening = new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (/"msg":"(?:[^"]* listens|listening) on /.test(stderr)) resolve();
    });
    void ended.then((how) => reject(new Error(`ended with ${how}: ${stderr}`)));
  });
  listening.catch(() => undefined); // who does not wait for it looks at `ended`
  return {
    pid: child.pid ?? Number.NaN,
    stderr: () => stderr,
    log: () =>
      stderr
        .split('\n')
        .slice(0, -1) // the last one may not be whole yet
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
    listening,
    ended,
    kill: (signal) => void child.kill(signal),
  };
}

interface Pipe {
  readonly fd: number;
  bind(path: string): number;
  close(): void;
}
interface PipeBinding {
  readonly Pipe: new (type: number) => Pipe;
  readonly constants: { readonly SERVER: number };
}

/**
 * A unix socket that outlives the processes that listen on it, as systemd keeps one. A `net.Server`
 * would not do: it accepts connections itself, and Node has no public way to only bind.
 */
export function keptSocket(path: string): number {
  const node = process as unknown as { binding(name: 'pipe_wrap'): PipeBinding };
  const { Pipe, constants } = node.binding('pipe_wrap');
  const pipe = new Pipe(constants.SERVER);
  const failure = pipe.bind(path);
  if (failure !== 0) throw new Error(`${path} cannot be bound (${failure})`);
  onTestFinished(() => pipe.close());
  return pipe.fd;
}

/** A bound TCP socket, as `keptSocket`: any free port. */
export function keptTcpSocket(host: string): number {
  const node = process as unknown as { binding(name: 'tcp_wrap'): TcpBinding };
  const { TCP, constants } = node.binding('tcp_wrap');
  const tcp = new TCP(constants.SERVER);
  const failure = tcp.bind(host, 0);
  if (failure !== 0) throw new Error(`${host} cannot be bound (${failure})`);
  onTestFinished(() => tcp.close());
  return tcp.fd;
}

interface TcpBinding {
  readonly constants: { readonly SERVER: number };
  readonly TCP: new (
    kind: number,
  ) => { readonly fd: number; bind(host: string, port: number): number; close(): void };
}
