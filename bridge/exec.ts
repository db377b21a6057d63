/** The one place where this service starts another program. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { codeOf } from '../shared/node/system/error-code.ts';
import { BoundedOutput } from './bounded-output.ts';
import { signalGroup } from './process-group.ts';
import { descriptorShortage } from './spare-descriptors.ts';

/** More than the 16 MB of a gRPC message of the CRI as indented JSON. */
const MAX_STDOUT_BYTES = 64 * 1024 * 1024;
/** The part of stderr that is kept; the rest is dropped. */
const MAX_STDERR_BYTES = 64 * 1024;
/** A program that writes more to stderr is ended: what is dropped waits for the garbage collector. */
const STDERR_FLOOD_BYTES = 16 * 1024 * 1024;
/** Between SIGTERM and SIGKILL: sudo forwards only SIGTERM. */
const GRACE_MS = 500;
/** How long a pipe may stay open without output after the program has ended. */
const DRAIN_MS = 200;

/** The environment of programs. The settings of crictl are passed as arguments. */
const PASSED_ON = ['PATH', 'HOME'];

type Child = ChildProcessByStdio<null, Readable, Readable>;
/** `spawn` returns a child without pipes when it runs out of file descriptors. */
type SpawnedChild = Omit<Child, 'stdout' | 'stderr'> & Partial<Pick<Child, 'stdout' | 'stderr'>>;

export interface RunOptions {
  /** Absolute path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole process group is ended after this time. */
  readonly timeoutMs: number;
  readonly maxOutputBytes?: number;
  /** Ends the process group when it aborts. */
  readonly signal?: AbortSignal | undefined;
}

export interface RunResult {
  /** The exit code; null when the program was ended by a signal or did not start. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Empty when `truncated`. */
  readonly stdout: string;
  /** The first 64 KiB. */
  readonly stderr: string;
  readonly timedOut: boolean;
  /** It wrote more than `maxOutputBytes` to stdout, or 16 MiB to stderr, and was ended. */
  readonly truncated: boolean;
  /** Why the program did not start: `ENOENT`, `EACCES`, …; null when it did. */
  readonly spawnError: string | null;
}

/**
 * Runs a program without a shell, without input and with a minimal environment, in a process group
 * of its own. Never rejects. Returns less than a second after the timeout, even if the program or its
 * children ignore signals.
 */
export function run(options: RunOptions): Promise<RunResult> {
  return new Promise((resolve) => new Run(options, resolve).start());
}

class Run {
  readonly #options: RunOptions;
  readonly #resolve: (result: RunResult) => void;
  #stdout: BoundedOutput | undefined;
  #stderr: BoundedOutput | undefined;
  #readBytes = 0;
  #stderrBytes = 0;
  #child: SpawnedChild | undefined;
  #deadline: NodeJS.Timeout | undefined;
  #draining: NodeJS.Timeout | undefined;
  #terminating = false;
  #finished = false;
  #timedOut = false;
  #truncated = false;

  constructor(options: RunOptions, resolve: (result: RunResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
  }

  start(): void {
    const { file, args, timeoutMs, signal } = this.#options;
    if (signal?.aborted) {
      this.#finish();
      return;
    }
    const shortage = descriptorShortage();
    if (shortage !== null) {
      this.#finish(shortage);
      return;
    }
    let child: SpawnedChild;
    try {
      this.#stdout = new BoundedOutput(this.#options.maxOutputBytes ?? MAX_STDOUT_BYTES);
      this.#stderr = new BoundedOutput(MAX_STDERR_BYTES);
      child = spawn(file, args, {
        cwd: '/',
        detached: true,
        env: environment(),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    } catch (err) {
      this.#finish(startFailure(err));
      return;
    }
    child.on('error', (err) => this.#finish(startFailure(err)));
    child.on('close', () => {
      this.#terminate(); // what it leaves behind in its group
      this.#finish();
    });
    child.on('exit', () => this.#drain());
    child.stdout?.on('data', (chunk: Buffer) => this.#takeStdout(chunk));
    child.stderr?.on('data', (chunk: Buffer) => this.#takeStderr(chunk));
    this.#child = child;
    signal?.addEventListener('abort', this.#abort);
    this.#deadline = setTimeout(() => {
      this.#timedOut = true;
      this.#terminate();
    }, timeoutMs);
  }

  /** A process that the program left behind may keep the pipes open, so this waits only while output arrives. */
  #drain(): void {
    const seen = this.#readBytes;
    this.#draining = setTimeout(() => {
      // In a busy process the timer fires before output that has arrived is read, so read that first.
      setImmediate(() => {
        if (this.#finished) return;
        if (this.#readBytes > seen) {
          this.#drain();
          return;
        }
        this.#terminate();
        this.#finish();
      });
    }, DRAIN_MS);
  }

  readonly #abort = (): void => this.#terminate();

  #takeStdout(chunk: Buffer): void {
    this.#readBytes += chunk.length;
    if (!this.#truncated && !this.#stdout?.append(chunk)) this.#truncate();
  }

  #takeStderr(chunk: Buffer): void {
    this.#readBytes += chunk.length;
    this.#stderrBytes += chunk.length;
    this.#stderr?.append(chunk);
    if (!this.#truncated && this.#stderrBytes > STDERR_FLOOD_BYTES) this.#truncate();
  }

  /** Reads no more, and ends it. */
  #truncate(): void {
    this.#truncated = true;
    this.#stdout?.discard();
    this.#child?.stdout?.destroy();
    this.#child?.stderr?.destroy();
    this.#terminate();
  }

  /**
   * SIGTERM to the group now, SIGKILL after the grace period, even when `run` has returned by then: a child
   * may ignore SIGTERM and have closed the pipes. If the whole group has ended by then, its id is not in use
   * again, because the kernel assigns all others first.
   */
  #terminate(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    const { pid } = this.#child ?? {};
    if (pid === undefined) return;
    if (!signalGroup(pid, 'SIGTERM')) {
      this.#finish(); // a process that has left the group may still write
      return;
    }
    setTimeout(() => {
      signalGroup(pid, 'SIGKILL');
      // This process cannot kill another user's process (sudo): crictl ends by its own --timeout.
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
    child?.stdout?.destroy();
    child?.stderr?.destroy();
    child?.unref();
    this.#resolve({
      exitCode: spawnError === null ? (child?.exitCode ?? null) : null,
      signal: child?.signalCode ?? null,
      stdout: this.#stdout?.take() ?? '',
      stderr: this.#stderr?.take() ?? '',
      timedOut: this.#timedOut,
      truncated: this.#truncated,
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

/** The code of a failed start. A RangeError means that there is no address space for the output. */
function startFailure(err: unknown): string {
  return codeOf(err) ?? (err instanceof RangeError ? 'ENOMEM' : String(err));
}
