/** Reads the lines of a file from its end, with a bounded part of it in memory. */
import type { FileHandle } from 'node:fs/promises';

/** The part of a file that is read at a time. */
export const PIECE_BYTES = 256 * 1024;
/** A file without line feeds, such as one of zeros after a power failure, must not fill the memory. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** The file has become shorter while it was read. */
export class Truncated extends Error {
  override readonly name = 'Truncated';
}

/**
 * The lines of the first `size` bytes, the last one first, in groups. If they end with a line feed, the first
 * line is empty. Of a line that is too long, a part is missing.
 * @throws Truncated
 */
export async function* linesBackwards(
  file: FileHandle,
  size: number,
): AsyncGenerator<readonly string[]> {
  let end = size;
  /** The end of a line that begins before `end`. */
  let tail: readonly Buffer[] = [];
  while (end > 0) {
    const start = Math.max(0, end - PIECE_BYTES);
    const piece = await readPiece(file, start, end);
    end = start;
    const feed = piece.indexOf(LINE_FEED);
    if (start > 0 && feed === -1) {
      const bytes = tail.reduce((sum, { length }) => sum + length, piece.length);
      tail = bytes > MAX_LINE_BYTES ? [] : [piece, ...tail];
      continue;
    }
    const isFirst = start === 0;
    const whole = Buffer.concat([isFirst ? piece : piece.subarray(feed + 1), ...tail]);
    tail = isFirst ? [] : [piece.subarray(0, feed)];
    yield whole.toString('utf8').split('\n').reverse();
  }
}

/** The bytes from `start` to `end`. @throws Truncated */
export async function readPiece(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const piece = Buffer.allocUnsafe(end - start);
  for (let filled = 0; filled < piece.length; ) {
    const { bytesRead } = await file.read(piece, filled, piece.length - filled, start + filled);
    if (bytesRead === 0) throw new Truncated('The file has become shorter.');
    filled += bytesRead;
  }
  return piece;
}
