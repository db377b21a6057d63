/**
 * The rotating log file: pino-roll in this process, which writes each line at once, so that none is
 * lost at an exit. What cannot be written is tried again each second, and waits in memory until then.
 */
import { existsSync } from 'node:fs';
import roll, { type RollDestination } from 'pino-roll';
import { prepareLogFolder } from './log-folder.ts';

/** Lines kept in memory while they cannot be written. */
const KEPT_BYTES = 1024 * 1024;
const RETRY_MS = 1000;

export interface LogFileOptions {
  /** LOG_FILE: the link that an operator tails. */
  readonly path: string;
  /** When the next file is begun, and how many old ones may stay; null: no rotation. */
  readonly rotation: { readonly maxBytes: number; readonly backupCount: number } | null;
  /** The file cannot be written or rotated: told once, not for each line. */
  readonly onFailure: (err: Error) => void;
  /** It can again; `lost` lines did not fit into memory. */
  readonly onRecovery: (lost: number) => void;
  /** The file or its folder was removed, and has been made again. */
  readonly onRestored: () => void;
}

/** Opens the newest file of the folder, or its first. Rejects when it cannot be written. */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  return new LogFile(await openDestination(options), options);
}

export class LogFile {
  readonly #options: LogFileOptions;
  #destination: RollDestination;
  /** Whether lines wait: the file was removed or could not be rolled, and the next is not open yet. */
  #isHeld = false;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #lost = 0;
  #opening: Promise<void> | null = null;
  /** Runs while something fails. */
  #retry: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(destination: RollDestination, options: LogFileOptions) {
    this.#options = options;
    this.#destination = destination;
    this.#listen(destination);
  }

  /** Writes one line, its line feed included; never throws. */
  write(line: string): void {
    if (this.#isClosed) return;
    if (!this.#isHeld && existsSync(this.#options.path)) {
      this.#destination.write(line);
      return;
    }
    this.#isHeld = true;
    if (this.#waitingBytes + line.length > KEPT_BYTES) this.#lost += 1;
    else {
      this.#waiting.push(line);
      this.#waitingBytes += line.length;
    }
    if (this.#retry === null) void this.reopen();
  }

  /** Goes on in the file that LOG_FILE stands for now, and makes what was moved or removed. */
  reopen(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Writes what is waiting and closes the file; does not reject. */
  async close(): Promise<void> {
    await this.#opening;
    this.#isClosed = true;
    if (this.#retry !== null) clearInterval(this.#retry);
    await end(this.#destination);
  }

  async #open(): Promise<void> {
    try {
      const next = await openDestination(this.#options);
      void end(this.#destination);
      this.#destination = next;
      this.#listen(next);
    } catch (err) {
      this.#failed(err);
      return;
    }
    for (const line of this.#waiting) this.#destination.write(line);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const wasHeld = this.#isHeld;
    this.#isHeld = false;
    if (this.#retry !== null) this.#recovered();
    else if (wasHeld) this.#options.onRestored();
  }

  #listen(destination: RollDestination): void {
    destination.on('error', (err: NodeJS.ErrnoException) => {
      if (destination !== this.#destination) return;
      // What is no write is a roll: sonic-boom would close the file in use twice with the next one.
      if (err.syscall !== 'write') this.#isHeld = true;
      this.#failed(err);
    });
    destination.on('write', (bytes: number) => {
      if (bytes > 0 && this.#retry !== null && !this.#isHeld) this.#recovered();
    });
    destination.on('drop', () => {
      this.#lost += 1;
    });
  }

  #failed(err: unknown): void {
    if (this.#retry !== null || this.#isClosed) return;
    this.#retry = setInterval(() => this.#tryAgain(), RETRY_MS).unref();
    this.#options.onFailure(err instanceof Error ? err : new Error(String(err)));
  }

  #tryAgain(): void {
    if (this.#isHeld) void this.reopen();
    else this.#destination.write(''); // sonic-boom tries what it holds again with each write
  }

  #recovered(): void {
    if (this.#retry !== null) clearInterval(this.#retry);
    this.#retry = null;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onRecovery(lost);
  }
}

async function openDestination({ path, rotation }: LogFileOptions): Promise<RollDestination> {
  return roll({
    file: prepareLogFolder(path, rotation?.backupCount ?? null),
    symlink: true,
    sync: true,
    mkdir: true,
    maxLength: KEPT_BYTES,
    ...(rotation && {
      size: `${Math.ceil(rotation.maxBytes / 1024)}k`,
      // Files of earlier processes count too, and so does the one in use.
      limit: { count: rotation.backupCount + 1, removeOtherLogFiles: true },
    }),
  });
}

/** Closes once everything is written; what a full disk does not take is given up. */
function end(destination: RollDestination): Promise<void> {
  return new Promise((done) => {
    destination.once('close', done);
    destination.on('error', () => {
      if (destination.destroyed) done();
      else destination.destroy();
    });
    destination.end();
  });
}
