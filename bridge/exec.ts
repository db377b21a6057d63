/** The one place where this service starts another program. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

/** More than the 16 MB that a gRPC message of the CRI can hold, indented JSON included. */
const MAX_STDOUT_BYTES = 64 * 1024 * 1024;
const MAX_STDERR_BYTES = 64 * 1024;
/** Between SIGTERM and SIGKILL: sudo passes on the former only. */
const GRACE_MS = 500;
/** How long a pipe may stay silent and open after the program itself has ended. */
const DRAIN_MS = 200;

/** Where crictl looks for its configuration, and what any program needs; nothing else is passed on. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'CRI_CONFIG_FILE',
  'CONTAINER_RUNTIME_ENDPOINT',
  'IMAGE_SERVICE_ENDPOINT',
];

export interface RunOptions {
  /** Absolute path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  /** After this the whole process group is ended. */
  readonly timeoutMs: number;
  readonly maxOutputBytes?: number;
  /** Ends the process group, too. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** Null when the program was ended by a signal or did not start. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The first 64 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
  /** It wrote more than `maxOutputBytes` and was ended for it. */
  readonly truncated: boolean;
  readonly aborted: boolean;
  /** Why the program did not start: `ENOENT`, `EACCES`, …; null when it did. */
  readonly spawnError: string | null;
}

/**
 * Runs a program without a shell, without input and with a minimal environment, in a process group
 * of its own. Never rejects, and always answers within the timeout and a grace of under a second,
 * whatever the program or its children do.
 */
export function run(options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => new Run(options, resolve).start());
}

class Run {
  readonly #options: RunOptions;
  readonly #resolve: (result: RunResult) => void;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #stdoutBytes = 0;
  #stderrBytes = 0;
  #child: ChildProcessByStdio<null, Readable, Readable> | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #draining: NodeJS.Timeout | undefined;
  #terminating = false;
  #finished = false;
  #timedOut = false;
  #truncated = false;
  #aborted = false;

  constructor(options: RunOptions, resolve: (result: RunResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  start(): void {
    const { file, args, timeoutMs, signal } = this.#options;
    if (signal?.aborted) {
      this.#aborted = true;
      this.#finish();
      return;
    }
    let child: ChildProcessByStdio<null, Readable, Readable>;
    try {
      child = spawn(file, args, {
        cwd: '/',
        detached: true,
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (err) {
      this.#finish(codeOf(err));
      return;
    }
    this.#child = child;
    signal?.addEventListener('abort', this.#abort);
    this.#deadline = setTimeout(() => {
      this.#timedOut = true;
      this.#terminate();
    }, timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => this.#takeStdout(chunk));
    child.stderr.on('data', (chunk: Buffer) => this.#takeStderr(chunk));
    child.on('error', (err) => this.#finish(codeOf(err)));
    child.on('close', () => this.#finish());
    child.on('exit', () => this.#drain());
  }

  /** Something that the program left behind may hold the pipes open: wait only while output comes. */
  #drain(): void {
    const seen = this.#stdoutBytes + this.#stderrBytes;
    this.#draining = setTimeout(() => {
      // When this process was busy the timer comes before output that is there: read it first.
      setImmediate(() => {
        if (this.#finished) return;
        if (this.#stdoutBytes + this.#stderrBytes > seen) {
          this.#drain();
          return;
        }
        this.#terminate();
        this.#finish();
      });
    }, DRAIN_MS);
  }

  readonly #abort = (): void => {
    this.#aborted = true;
    this.#terminate();
  };

  #takeStdout(chunk: Buffer): void {
    this.#stdoutBytes += chunk.length;
    if (this.#stdoutBytes <= (this.#options.maxOutputBytes ?? MAX_STDOUT_BYTES)) {
      this.#stdout.push(chunk);
    } else if (!this.#truncated) {
      this.#truncated = true;
      this.#terminate();
    }
  }

  #takeStderr(chunk: Buffer): void {
    const kept = chunk.subarray(0, MAX_STDERR_BYTES - this.#stderrBytes);
    this.#stderrBytes += kept.length;
    if (kept.length > 0) this.#stderr.push(kept);
  }

  /** SIGTERM to the group now, SIGKILL after the grace, even if the answer is given by then. */
  #terminate(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    const { pid } = this.#child ?? {};
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    setTimeout(() => {
      signalGroup(pid, 'SIGKILL');
      // Another user's process (sudo's) cannot be killed by us: leave it to crictl's own timeout.
      setTimeout(() => this.#finish(), DRAIN_MS);
    }, GRACE_MS);
  }

  #finish(spawnError: string | null = null): void {
    if (this.#finished) return;
    this.#finished = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#draining);
    this.#options.signal?.removeEventListener('abort', this.#abort);
    const child = this.#child;
    child?.stdout.destroy();
    child?.stderr.destroy();
    child?.unref();
    this.#resolve({
      exitCode: spawnError === null ? (child?.exitCode ?? null) : null,
      signal: child?.signalCode ?? null,
      stdout: Buffer.concat(this.#stdout).toString('utf8'),
      stderr: Buffer.concat(this.#stderr).toString('utf8'),
      timedOut: this.#timedOut,
      truncated: this.#truncated,
      aborted: this.#aborted,
      spawnError,
    });
  }
}

function environment(): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(passedOn), LANG: 'C' };
}

function signalGroup(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: all of the group has ended. EPERM: sudo runs as root; its crictl ends by its own --timeout.
  }
}

function codeOf(err: unknown): string {
  return err instanceof Error && 'code' in err && typeof err.code === 'string'
    ? err.code
    : String(err);
}
