/** Reads the rows of the journal's file, newest first. */
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { joinBackwards, type UnreadRow } from '../../domain/journal/journal-join.ts';
import { readLine } from '../../domain/journal/journal-lines.ts';
import type { FoundRows, JournalSearch } from '../../ports/journal.ts';
import type { JournalRow } from '../../ports/journal-record.ts';
import { Problem } from '../../values/problem.ts';
import type { Slice } from '../../values/slice.ts';
import { requireRegular } from './append-file.ts';
import type { IndexedDeletion, JournalIndex } from './journal-index.ts';
import { linesBackwards, readPiece } from './lines-backwards.ts';

/** More rows need a slice, or a narrower search. */
const MAX_ROWS = 100_000;

/** Gets the numbers of the damaged lines, in order; the first line of the file is 1. */
export type OnDamaged = (lines: readonly number[]) => void;

/**
 * The deletions in the file, newest first, in groups. What is appended meanwhile is not read.
 * @param onDamaged is called at the end, if there are damaged lines
 */
async function* unreadRows(
  file: FileHandle,
  onDamaged: OnDamaged,
  signal?: AbortSignal,
): AsyncGenerator<readonly UnreadRow[]> {
  const { size } = await file.stat();
  const join = joinBackwards();
  /** Counted from the end. */
  const damaged = new Set<number>();
  let lines = 0;
  const noting = (row: UnreadRow, line: number): UnreadRow => ({
    ...row,
    read: () => {
      const read = row.read();
      if (read === null) damaged.add(line);
      return read;
    },
  });
  for await (const texts of linesBackwards(file, size)) {
    signal?.throwIfAborted();
    const rows: UnreadRow[] = [];
    for (const text of texts) {
      const { row, isDamaged } = join.add(text);
      if (isDamaged) damaged.add(lines);
      if (row !== null) rows.push(noting(row, lines));
      lines += 1;
    }
    yield rows;
  }
  yield join.rest();
  if (damaged.size > 0) onDamaged([...damaged].map((line) => lines - line).sort((a, b) => a - b));
}

/**
 * Reads what a search asks for, through the whole file. Only the rows of its slice are in memory.
 * @throws Problem response_too_large, the error of the file system, or the signal's reason
 */
export async function searchJournal(
  path: string,
  { matches, slice, signal }: JournalSearch,
  onDamaged: OnDamaged,
): Promise<FoundRows> {
  const start = slice === null ? 0 : (slice.page - 1) * slice.pageSize;
  const end = slice === null ? Infinity : start + slice.pageSize;
  const rows: JournalRow[] = [];
  let total = 0;
  const take = (unread: UnreadRow): void => {
    const isWanted = total >= start && total < end;
    if (matches === null && !isWanted) {
      total += 1;
      return;
    }
    const row = unread.read();
    if (row === null || matches?.(row) === false) return;
    total += 1;
    if (isWanted) rows.push(row);
    if (rows.length > MAX_ROWS) throw tooManyRows();
  };
  const file = await openFile(path);
  try {
    for await (const group of unreadRows(file, onDamaged, signal)) group.forEach(take);
  } finally {
    await file.close();
  }
  return { rows, total };
}

/** A slice of all rows. */
type JournalPage = JournalSearch & { readonly slice: Slice };

/**
 * Reads a page by the index, and without it if the file does not suit.
 * @throws as `searchJournal`
 */
export async function readPage(
  path: string,
  { index, page, onDamaged }: PageOptions,
): Promise<FoundRows> {
  const file = await openFile(path);
  try {
    const deletions = await index.update(file, page.signal);
    if (deletions !== null) {
      const start = (page.slice.page - 1) * page.slice.pageSize;
      const end = Math.max(0, deletions.length - start);
      const shown = deletions.slice(Math.max(0, end - page.slice.pageSize), end).reverse();
      const read: (JournalRow | null)[] = [];
      for (const deletion of shown) read.push(await readDeletion(file, deletion));
      const unreadable = shown.filter((_, at) => read[at] === null).map(({ line }) => line);
      const damaged = [...index.damaged(), ...unreadable].sort((a, b) => a - b);
      if (damaged.length > 0) onDamaged(damaged);
      const rows = read.filter((row) => row !== null);
      return { rows, total: deletions.length - unreadable.length };
    }
  } finally {
    await file.close();
  }
  return searchJournal(path, page, onDamaged);
}

interface PageOptions {
  readonly index: JournalIndex;
  readonly page: JournalPage;
  readonly onDamaged: OnDamaged;
}

/** Null: its line is damaged. */
async function readDeletion(
  file: FileHandle,
  { start, bytes, outcome, settledAt }: IndexedDeletion,
): Promise<JournalRow | null> {
  const line = readLine((await readPiece(file, start, start + bytes)).toString('utf8'));
  if (line === null) return null;
  const { event: _, ...row } = line;
  return { ...row, outcome, settled_at: settledAt };
}

/**
 * The deletions whose outcome is not known, newest first.
 * @param ids only these; reading ends when all are found. Null: all
 */
export async function unsettledRows(
  path: string,
  ids: ReadonlySet<string> | null,
  onDamaged: OnDamaged,
): Promise<readonly JournalRow[]> {
  const left = new Set(ids);
  const rows: JournalRow[] = [];
  const take = (unread: UnreadRow): void => {
    if (ids !== null && !left.delete(unread.id)) return;
    const row = unread.isSettled ? null : unread.read();
    if (row !== null) rows.push(row);
  };
  const file = await openFile(path);
  try {
    for await (const group of unreadRows(file, onDamaged)) {
      group.forEach(take);
      if (ids !== null && left.size === 0) break;
    }
  } finally {
    await file.close();
  }
  return rows;
}

/** The deletions of the same digest that began after this one, newest first. Reads the file back to this one. */
export async function laterRows(
  path: string,
  { id, digest }: Pick<JournalRow, 'id' | 'digest'>,
  onDamaged: OnDamaged,
): Promise<readonly JournalRow[]> {
  const rows: JournalRow[] = [];
  const file = await openFile(path);
  try {
    for await (const group of unreadRows(file, onDamaged)) {
      const begun = group.findIndex((unread) => unread.id === id);
      const later = begun === -1 ? group : group.slice(0, begun);
      for (const unread of later) {
        const row = unread.text.includes(digest) ? unread.read() : null;
        if (row?.digest === digest) rows.push(row);
      }
      if (begun !== -1) break;
    }
  } finally {
    await file.close();
  }
  return rows;
}

/** A device would look like an empty journal, and a FIFO that nobody writes would block a thread. */
async function openFile(path: string): Promise<FileHandle> {
  return requireRegular(await open(path, constants.O_RDONLY | constants.O_NONBLOCK));
}

function tooManyRows(): Problem {
  const detail =
    `The journal has more than ${MAX_ROWS} rows for this. Ask for a slice with page and page_size, ` +
    'without sort, or for less with since, until, project, actor or outcome.';
  return new Problem('response_too_large', detail);
}
