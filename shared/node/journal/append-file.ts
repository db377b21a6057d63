/**
 * A file to which whole lines are appended, durably. Other processes may append to it, move it away, or
 * truncate it.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Metrics } from '../../ports/metrics/metrics.ts';
import { createLimit, noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';
import { codeOf } from '../system/error-code.ts';
import { NotAFile } from './journal-problem.ts';

/** Owner writes, group reads; the umask may take more. */
const MODE = 0o640;
const LINE_FEED = 0x0a;
// O_NONBLOCK, so that a FIFO that nobody reads does not block.
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_NONBLOCK;

/** A line that is in the file, but perhaps not on the disk. */
export class NotSynced extends Error {
  override readonly name = 'NotSynced';
}

export interface AppendFile {
  /**
   * Appends one line with one write, and returns when it is on the disk.
   * @param line ends with a line feed
   * @throws NotSynced, or another error if the whole line is not in the file
   */
  append(line: string): Promise<void>;
  /** Opens the file at the path, and creates it if there is none. */
  prepare(): Promise<void>;
  /** Ends a line that was cut, or writes an empty one: proves that the file can be written. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Makes the file's appender. The first call of a method opens the file. */
export function createAppendFile(
  path: string,
  observer: QueueObserver = noQueueObserver,
): AppendFile {
  let handle: FileHandle | null = null;
  let isClosed = false;

  /** One after another: each looks at the end of the file before it writes. */
  const oneByOne = createLimit({
    concurrency: 1,
    waiting: QUEUE_LIMITS.journal_writes,
    waitsFor: 'the journal',
    observer,
  });

  const close = async (): Promise<void> => {
    const closing = handle;
    handle = null;
    await closing?.close();
  };

  /** The file that is at the path now, after a rotation another one. */
  const current = async (): Promise<FileHandle> => {
    if (isClosed) throw new Error('The journal is closed, because the process stops.');
    if (handle !== null && !(await isAt(handle, path))) await close();
    handle ??= await requireRegular(await openOrCreate(path));
    return handle;
  };

  const write = async (textAfter: (isCut: boolean) => string): Promise<void> => {
    const file = await current();
    const bytes = Buffer.from(textAfter(await endsInLine(file)));
    const { bytesWritten } = await file.write(bytes);
    // A full disk takes a part. The system gives no reason before the next write.
    if (bytesWritten < bytes.length) throw Object.assign(new Error('cut'), { code: 'ENOSPC' });
    try {
      await file.sync();
    } catch (cause) {
      // A second fsync of the same descriptor may succeed although the data is lost.
      await close().catch(() => undefined);
      throw Object.assign(new NotSynced('fsync failed', { cause }), { code: codeOf(cause) });
    }
  };

  return {
    append: (line) => oneByOne(() => write((isCut) => (isCut ? `\n${line}` : line))),
    prepare: () => oneByOne(async () => void (await current())),
    probe: () => oneByOne(() => write(() => '\n')),
    close: () => {
      isClosed = true;
      return oneByOne(close).catch(close); // too many wait: their writes now fail
    },
  };
}

/** Closes a file that is not a regular one. @throws NotAFile */
export async function requireRegular(file: FileHandle): Promise<FileHandle> {
  try {
    if ((await file.stat()).isFile()) return file;
    throw new NotAFile('not a regular file');
  } catch (err) {
    await file.close();
    throw err;
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  try {
    return await open(path, FLAGS);
  } catch (err) {
    if (codeOf(err) !== 'ENOENT') throw err;
  }
  const file = await open(path, FLAGS | constants.O_CREAT, MODE);
  try {
    // The folder is synced too: the file may otherwise be lost in a crash, although its lines are on the disk.
    const folder = await open(dirname(await realpath(path)), constants.O_RDONLY);
    await folder.sync().finally(() => folder.close());
    return file;
  } catch (err) {
    await file.close();
    throw err;
  }
}

/** Tells whether the path still leads to this file. */
async function isAt(file: FileHandle, path: string): Promise<boolean> {
  const own = await file.stat({ bigint: true });
  try {
    const found = await stat(path, { bigint: true });
    return found.dev === own.dev && found.ino === own.ino;
  } catch (err) {
    if (codeOf(err) === 'ENOENT') return false;
    throw err;
  }
}

/** Tells whether the file ends inside a line, which a crash or a full disk has cut. */
async function endsInLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== LINE_FEED;
}

/** The same, and counts the lines. */
export function countingLines(file: AppendFile, { count }: Pick<Metrics, 'count'>): AppendFile {
  const append = async (line: string): Promise<void> => {
    try {
      await file.append(line);
      count('image_api_journal_writes_total', { outcome: 'written' });
    } catch (err) {
      count('image_api_journal_writes_total', { outcome: 'failed' });
      throw err;
    }
  };
  return { ...file, append };
}
