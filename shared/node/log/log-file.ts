/**
 * The rotating log file: pino-roll in this process, writing each line at once, so that none is lost
 * at an exit, and with what it lacks: rotation within a burst, and life on a full disk.
 */
import { setImmediate } from 'node:timers/promises';
import roll, { type RollDestination } from 'pino-roll';
import type { LogFolder } from './log-folder.ts';

/** Lines kept in memory while they cannot be written. */
const KEPT_BYTES = 1024 * 1024;
const RETRY_MS = 1000;

export interface LogFileOptions {
  readonly folder: LogFolder;
  /** Size at which the next file is begun; null: no rotation. */
  readonly maxBytes: number | null;
  /** The file cannot be written (once, not for each line). */
  readonly onFailure: (err: Error) => void;
  /** It can again; `lost` lines did not fit into memory. */
  readonly onRecovery: (lost: number) => void;
}

export interface LogFile {
  /** Writes one line, its line feed included; never throws. */
  write(line: string): void;
  /** Writes what is waiting and closes the file; does not reject. */
  close(): Promise<void>;
}

/** Opens the newest file of the folder, or its first. Rejects when it cannot be written. */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  const { folder, maxBytes } = options;
  const destination = await roll({
    file: folder.file,
    symlink: true,
    sync: true,
    mkdir: true,
    maxLength: KEPT_BYTES,
    // Not with its `limit`: that removes in the background, where two rolls of one burst get into
    // each other's way, and counts files of earlier processes differently from its own.
    ...(maxBytes !== null && { size: `${Math.ceil(maxBytes / 1024)}k` }),
  });
  return new RollingFile(destination, options);
}

class RollingFile implements LogFile {
  readonly #destination: RollDestination;
  readonly #options: LogFileOptions;
  /** Lines of a burst that belong into the next file. */
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  /** Runs while lines cannot be written. */
  #retry: NodeJS.Timeout | null = null;
  #closed = false;
  /** The file in use, as far as has been seen. */
  #file: string;

  constructor(destination: RollDestination, options: LogFileOptions) {
    this.#destination = destination;
    this.#file = destination.file;
    this.#options = options;
    destination.on('error', (err: Error) => this.#failed(err));
    destination.on('write', (bytes: number) => bytes > 0 && this.#succeeded());
    destination.on('drop', () => {
      this.#lost += 1;
    });
    // After pino-roll's own listener, which rolls within this event.
    destination.on('drain', () => process.nextTick(() => this.#release()));
    process.once('exit', this.#flush);
  }

  write(line: string): void {
    if (this.#closed) return;
    // pino-roll rolls at the next `drain`, which comes when a burst is over: until then its
    // listener waits there, beside ours, and what is written would still go to the full file.
    if (this.#destination.listenerCount('drain') <= 1) this.#destination.write(line);
    else if (this.#retry !== null && this.#waitingBytes > KEPT_BYTES) this.#lost += 1;
    else {
      this.#waiting.push(line);
      this.#waitingBytes += line.length;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    // The end of a burst has its rolls still to come, one for each turn of the loop.
    while (this.#waiting.length > 0 && this.#retry === null) await setImmediate();
    this.#flush();
    this.#closed = true;
    process.off('exit', this.#flush);
    await new Promise<void>((done) => {
      this.#destination.once('close', done);
      // sonic-boom waits for ever for a disk that stays full.
      this.#destination.on('error', () => {
        if (this.#destination.destroyed) done();
        else this.#destination.destroy();
      });
      this.#destination.end();
    });
    if (this.#retry !== null) clearInterval(this.#retry);
    this.#options.folder.release();
  }

  #release(): void {
    if (this.#closed) return;
    if (this.#file !== this.#destination.file) {
      this.#file = this.#destination.file;
      this.#removeOld();
    }
    const lines = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const line of lines) this.write(line);
  }

  /** The last lines go into the file in use, whatever its size: the next start rolls it. */
  readonly #flush = (): void => {
    if (this.#closed) return;
    for (const line of this.#waiting) this.#destination.write(line);
    this.#waiting = [];
  };

  #removeOld(): void {
    try {
      this.#options.folder.removeOld();
    } catch (err) {
      this.#failed(err instanceof Error ? err : new Error(String(err)));
    }
  }

  #failed(err: Error): void {
    if ('syscall' in err && err.syscall === 'open') {
      // A roll that could not open its file leaves a listener that would close the one in use twice.
      this.#destination.removeAllListeners('ready');
    }
    if (this.#retry !== null || this.#closed) return;
    // sonic-boom tries what it holds again with each line; without lines somebody else must ask.
    this.#retry = setInterval(() => this.#destination.write(''), RETRY_MS).unref();
    this.#options.onFailure(err);
  }

  #succeeded(): void {
    if (this.#retry === null) return;
    clearInterval(this.#retry);
    this.#retry = null;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onRecovery(lost);
  }
}
