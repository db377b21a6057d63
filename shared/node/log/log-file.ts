/**
 * The rotating log file. pino-roll runs in this process and writes each line immediately, so that none is
 * lost at an exit. Lines that cannot be written are kept in memory and tried again each second.
 */
import { existsSync } from 'node:fs';
import roll, { type RollDestination } from 'pino-roll';
import { codeOf } from '../system/error-code.ts';
import { prepareLogFolder } from './log-folder.ts';

/** Lines kept in memory while they cannot be written. */
const KEPT_BYTES = 1024 * 1024;
const RETRY_MS = 1000;

export interface LogFileOptions {
  /** LOG_FILE: the link that an operator follows. */
  readonly path: string;
  /** The size at which the next file begins, and how many old files are kept; null: no rotation. */
  readonly rotation: { readonly maxBytes: number; readonly backupCount: number } | null;
  /** A line is lost. */
  readonly onLost: () => void;
  /** The file cannot be written or rotated. Called once, not for each line. */
  readonly onFailure: (err: Error) => void;
  /** The file can be written again; `lost` lines did not fit into memory. */
  readonly onRecovery: (lost: number) => void;
  /** The file or its folder was removed, and has been created again. */
  readonly onRestored: () => void;
}

/** Opens the newest file of the folder, or creates the first. Rejects if it cannot be written. */
export async function openLogFile(options: LogFileOptions): Promise<LogFile> {
  return new LogFile(await openDestination(options), options);
}

export class LogFile {
  readonly #options: LogFileOptions;
  #destination: RollDestination;
  /** True if lines are kept: the file was removed or could not be rotated, and the next is not open yet. */
  #isHeld = false;
  /** True if the last attempt to write succeeded. Only looked at while something fails. */
  #isFlowing = false;
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

  /** Writes one line, which ends with a line feed; never throws. */
  write(line: string): void {
    if (this.#isClosed) return;
    if (!this.#isHeld && existsSync(this.#options.path)) {
      this.#send(line);
      return;
    }
    this.#isHeld = true;
    const bytes = Buffer.byteLength(line);
    if (this.#waitingBytes + bytes > KEPT_BYTES) this.#lose();
    else {
      this.#waiting.push(line);
      this.#waitingBytes += bytes;
    }
    if (this.#retry === null) void this.reopen();
  }

  /** Writes at once, with what sonic-boom still has. */
  #send(line: string): void {
    this.#destination.write(line);
    // The event `write` is too early: while the buffer is full, the line about the recovery would be lost too.
    if (this.#retry !== null && this.#isFlowing && !this.#isHeld) this.#recovered();
  }

  /** Opens the current file of LOG_FILE again, and creates what was moved or removed. */
  reopen(): Promise<void> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  /** Writes the kept lines and closes the file; does not reject. */
  async close(): Promise<void> {
    await this.#opening;
    if (this.#isHeld) await this.reopen(); // the last try, as its interval has not passed yet
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
      this.#isFlowing = false;
      // Any other error is one of rotation, after which sonic-boom would close the current file twice.
      if (err.syscall !== 'write') this.#isHeld = true;
      this.#failed(err);
    });
    destination.on('write', (bytes: number) => {
      if (bytes > 0) this.#isFlowing = true;
    });
    destination.on('drop', () => this.#lose());
  }

  #lose(): void {
    this.#lost += 1;
    this.#options.onLost();
  }

  #failed(err: unknown): void {
    if (this.#retry !== null || this.#isClosed) return;
    this.#retry = setInterval(() => this.#tryAgain(), RETRY_MS).unref();
    this.#options.onFailure(err instanceof Error ? err : new Error(String(err)));
  }

  #tryAgain(): void {
    if (this.#isHeld) void this.reopen();
    else this.#send(''); // with each write, sonic-boom tries its buffer again
  }

  #recovered(): void {
    if (this.#retry !== null) clearInterval(this.#retry);
    this.#retry = null;
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onRecovery(lost);
  }
}

/** Opens the log. Processes that start at the same time make the same two links: who comes second tries again. */
async function openDestination(options: LogFileOptions, attempts = 3): Promise<RollDestination> {
  try {
    return await openOnce(options);
  } catch (err) {
    if (attempts === 1 || codeOf(err) !== 'EEXIST') throw err;
    return openDestination(options, attempts - 1);
  }
}

async function openOnce({ path, rotation }: LogFileOptions): Promise<RollDestination> {
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

/** Closes after everything is written. Lines that a full disk does not accept are lost. */
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
