/**
 * Where the deletions are in the journal's file, so that a page of rows is read without the rest of the file. Each use
 * takes up what was appended since the last one.
 */
import type { FileHandle } from 'node:fs/promises';
import { lastLineOf, type PeekedLine, peekLine } from '../../domain/journal/journal-lines.ts';
import type { JournalOutcome } from '../../ports/journal-record.ts';
import { PIECE_BYTES, readPiece } from './lines-backwards.ts';

/** About 40 MB of memory. Of a longer file, the whole is read each time. */
const MAX_DELETIONS = 250_000;
/** The end of what is indexed, by which the file is recognised: several lines, each with its own id and time. */
const KNOWN_BYTES = 4096;
const LINE_FEED = 0x0a;

/** A deletion, and the line that says what was deleted. */
export interface IndexedDeletion {
  readonly start: number;
  readonly bytes: number;
  /** The first line of the file is 1. */
  readonly line: number;
  readonly outcome: JournalOutcome;
  /** When the outcome was written; null if it is not known. */
  readonly settledAt: string | null;
}

export interface JournalIndex {
  /**
   * The deletions in the file, the oldest first. Those whose first line is not in the file come before all others.
   * @returns null if the file does not suit: it is too long, or ends within a line
   */
  update(file: FileHandle, signal?: AbortSignal): Promise<readonly IndexedDeletion[] | null>;
  /** The numbers of the damaged lines, in order. */
  damaged(): readonly number[];
}

interface Indexed {
  readonly identity: string;
  /** The bytes and lines that are indexed. */
  size: number;
  lines: number;
  /** The last bytes of them. */
  end: Buffer;
  readonly begun: Place[];
  readonly beginningOf: Map<string, Place>;
  /** By id, in the order of their last lines. */
  readonly withoutBeginning: Map<string, Place>;
  readonly damaged: number[];
}

type Place = { -readonly [Member in keyof IndexedDeletion]: IndexedDeletion[Member] };

export function createJournalIndex({ maxDeletions = MAX_DELETIONS } = {}): JournalIndex {
  let known: Indexed | null = null;
  return {
    async update(file, signal) {
      const { dev, ino, size } = await file.stat();
      const identity = `${dev} ${ino}`;
      if (known === null || !(await continues(file, { identity, size }, known))) {
        known = emptyIndex(identity);
      }
      await addLines(file, known, { size, signal, maxDeletions });
      if (known.begun.length > maxDeletions) known = emptyIndex(identity);
      if (known.size < size) return null;
      return [...known.withoutBeginning.values(), ...known.begun];
    },
    damaged: () => known?.damaged ?? [],
  };
}

function emptyIndex(identity: string): Indexed {
  return {
    identity,
    size: 0,
    lines: 0,
    end: Buffer.alloc(0),
    begun: [],
    beginningOf: new Map(),
    withoutBeginning: new Map(),
    damaged: [],
  };
}

/** Tells whether the file begins with what is indexed. It may have been replaced, or emptied and filled again. */
async function continues(
  file: FileHandle,
  { identity, size }: { readonly identity: string; readonly size: number },
  known: Indexed,
): Promise<boolean> {
  if (identity !== known.identity || size < known.size) return false;
  const end = await readPiece(file, known.size - known.end.length, known.size);
  return end.equals(known.end);
}

interface AddOptions {
  readonly size: number;
  readonly signal: AbortSignal | undefined;
  readonly maxDeletions: number;
}

/** Adds the whole lines up to `size`. A line that is longer than the longest piece is not added, nor what follows. */
async function addLines(
  file: FileHandle,
  index: Indexed,
  { size, signal, maxDeletions }: AddOptions,
): Promise<void> {
  let pieceBytes = PIECE_BYTES;
  while (index.size < size && index.begun.length <= maxDeletions) {
    signal?.throwIfAborted();
    const end = Math.min(size, index.size + pieceBytes);
    const piece = await readPiece(file, index.size, end);
    const whole = piece.lastIndexOf(LINE_FEED) + 1;
    if (whole === 0) {
      if (end === size || pieceBytes > 64 * PIECE_BYTES) return;
      pieceBytes *= 2;
      continue;
    }
    for (let start = 0; start < whole; ) {
      const feed = piece.indexOf(LINE_FEED, start);
      addLine(index, piece.toString('utf8', start, feed), index.size + feed);
      start = feed + 1;
    }
    index.size += whole;
    index.end = Buffer.concat([index.end, piece.subarray(Math.max(0, whole - KNOWN_BYTES), whole)]);
    if (index.end.length > KNOWN_BYTES) index.end = index.end.subarray(-KNOWN_BYTES);
    pieceBytes = PIECE_BYTES;
  }
}

/** @param end where its line feed is */
function addLine(index: Indexed, text: string, end: number): void {
  index.lines += 1;
  if (text.trim() === '') return;
  const { line: whole, isCut } = lastLineOf(text);
  const line = peekLine(whole);
  if (line === null || isCut) index.damaged.push(index.lines);
  if (line === null) return;
  const bytes = Buffer.byteLength(whole);
  const place: Place = {
    start: end - bytes,
    bytes,
    line: index.lines,
    ...outcomeOf(line),
  };
  // A copy, because a part of a text keeps the whole text in memory.
  const id = Buffer.from(line.id).toString('latin1');
  if (line.outcome === null) {
    index.begun.push(place);
    index.beginningOf.set(id, place);
    return;
  }
  const beginning = index.beginningOf.get(id);
  if (beginning !== undefined) {
    if (line.outcome !== 'unknown') Object.assign(beginning, outcomeOf(line));
    return;
  }
  const earlier = index.withoutBeginning.get(id);
  index.withoutBeginning.delete(id);
  index.withoutBeginning.set(
    id,
    earlier !== undefined && line.outcome === 'unknown' ? earlier : place,
  );
}

function outcomeOf({ outcome, time }: PeekedLine): Pick<Place, 'outcome' | 'settledAt'> {
  if (outcome === null || outcome === 'unknown') return { outcome: 'unknown', settledAt: null };
  return { outcome, settledAt: Buffer.from(time).toString('utf8') };
}
