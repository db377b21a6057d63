/** The journal in a file: two lines for each deletion. */
import { randomUUID } from 'node:crypto';
import { journalText } from '../../domain/journal/journal-lines.ts';
import type { FoundRows, Journal, JournalEntry, JournalSearch } from '../../ports/journal.ts';
import type { JournalIntent, JournalOutcome, JournalRow } from '../../ports/journal-record.ts';
import type { Logger } from '../../ports/logger.ts';
import { type Metrics, noMetrics } from '../../ports/metrics/metrics.ts';
import { Problem } from '../../values/problem.ts';
import { createLimit } from '../../values/waiting/limit.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';
import { sleep } from '../../values/waiting/sleep.ts';
import { codeOf } from '../system/error-code.ts';
import { type AppendFile, countingLines, createAppendFile, NotSynced } from './append-file.ts';
import { createJournalIndex } from './journal-index.ts';
import { cannotRead, cannotWrite, TooSlow } from './journal-problem.ts';
import { laterRows, readPage, searchJournal, unsettledRows } from './journal-reader.ts';

/** How long a deletion waits for its line. Others of its repository wait with it. */
const WRITE_TIMEOUT_MS = 10_000;
/** How many search at a time; a complete list may be large. */
const SEARCHES = 2;
/** How many damaged lines a line of the log names. */
const NAMED_LINES = 10;

export interface FileJournalOptions {
  readonly path: string;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly metrics?: Pick<Metrics, 'count' | 'journalWritable' | 'queue'>;
  /** Is called before the first line of a deletion is written. */
  readonly onBegin?: (id: string) => void;
  /** Is called when the outcome of a deletion is written as unknown. */
  readonly onUnknown?: (id: string) => void;
  /** Appends to the file at `path`. Default: `createAppendFile`. */
  readonly file?: AppendFile;
  /** Default: a real pause. */
  readonly sleep?: typeof sleep;
}

export interface FileJournal extends Journal {
  /**
   * The deletions whose outcome is not known.
   * @param ids only these, which is faster; null: all
   * @throws Problem journal_unavailable
   */
  unsettled(ids: ReadonlySet<string> | null): Promise<readonly JournalRow[]>;
  /**
   * The deletions of the same digest that began after this one, newest first.
   * @throws Problem journal_unavailable
   */
  later(row: Pick<JournalRow, 'id' | 'digest'>): Promise<readonly JournalRow[]>;
  /** Writes the outcome of a deletion that `unsettled` found. As `settle` of an entry. */
  settle(row: JournalRow, outcome: JournalOutcome): Promise<void>;
  close(): Promise<void>;
}

/** Makes the journal, and checks its file in the background. */
export function createFileJournal(options: FileJournalOptions): FileJournal {
  const { path, logger, now, onBegin, onUnknown, metrics = noMetrics } = options;
  const file = countingLines(
    options.file ?? createAppendFile(path, metrics.queue('journal_writes')),
    metrics,
  );
  /** Lines with outcomes that could not be written, oldest first. */
  const waiting = new Set<string>();
  let isDown = false;
  const reported = new Set<number>();

  const inTime = (work: Promise<void>) => orTooSlow(work, options.sleep ?? sleep);

  const failed = (cause: unknown): Problem => {
    const problem = cannotWrite(cause);
    if (!isDown) {
      logger.log('ERROR', problem.message, { code: problem.code, path, err: cause });
    }
    isDown = true;
    metrics.journalWritable(false);
    return problem;
  };

  const markWritable = (): void => {
    if (isDown) logger.log('WARNING', 'the journal can be written again', { path });
    isDown = false;
    metrics.journalWritable(true);
  };

  /** Writes the lines that wait, and then `last`. @throws Problem journal_unavailable */
  const write = async (last: () => Promise<void>): Promise<void> => {
    try {
      for (const line of waiting) {
        waiting.delete(line);
        await file.append(line).catch((err: unknown) => {
          waiting.add(line);
          throw err;
        });
      }
      await last();
      markWritable();
    } catch (cause) {
      throw failed(cause);
    }
  };

  const appendOutcome = async (line: string): Promise<void> => {
    try {
      await inTime(write(() => file.append(line)));
    } catch (err) {
      // The disk may write it later. A second line with the same outcome changes nothing.
      waiting.add(line);
      if (!(err instanceof Problem)) failed(err);
    }
  };

  const outcomeLine = (row: JournalIntent & { readonly id: string }, outcome: JournalOutcome) =>
    journalText({ ...row, time: new Date(now()).toISOString(), event: 'outcome', outcome });

  const entryOf = (row: JournalIntent & { readonly id: string }): JournalEntry => ({
    async settle(outcome) {
      await appendOutcome(outcomeLine(row, outcome));
      if (outcome === 'unknown') onUnknown?.(row.id);
    },
  });

  const reportDamaged = (damaged: readonly number[]): void => {
    const lines = damaged.filter((line) => !reported.has(line));
    if (lines.length === 0) return;
    for (const line of lines) reported.add(line);
    const msg = 'the journal has damaged lines, which a crash or a full disk has cut';
    logger.log('WARNING', msg, { path, lines: lines.slice(0, NAMED_LINES), count: lines.length });
  };

  const index = createJournalIndex();
  const inTurn = (concurrency: number, queue: 'journal_pages' | 'journal_searches') =>
    createLimit({
      concurrency,
      waiting: QUEUE_LIMITS[queue],
      waitsFor: 'the journal',
      observer: metrics.queue(queue),
    });
  const pages = inTurn(1, 'journal_pages');
  const searches = inTurn(SEARCHES, 'journal_searches');

  const read = async <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> => {
    try {
      return await work().catch(async (err: unknown) => {
        if (codeOf(err) !== 'ENOENT') throw err;
        await file.prepare(); // after a rotation there is no file before the next line
        return work();
      });
    } catch (cause) {
      throw cause instanceof Problem || signal?.aborted ? cause : cannotRead(cause);
    }
  };

  const find = (search: JournalSearch): Promise<FoundRows> => {
    const { matches, slice, signal } = search;
    if (matches !== null || slice === null) {
      return searches(() => searchJournal(path, search, reportDamaged), signal);
    }
    const page = { ...search, slice };
    return pages(() => readPage(path, { index, page, onDamaged: reportDamaged }), signal);
  };

  const journal: FileJournal = {
    configured: true,
    async begin(intent) {
      const row = { id: randomUUID(), ...intent };
      onBegin?.(row.id);
      const time = new Date(now()).toISOString();
      const written = write(() => file.append(journalText({ time, ...row, event: 'intent' })));
      try {
        await inTime(written);
      } catch (err) {
        // The line may be in the file, or will be. Then the journal must say that nothing was sent.
        const line = outcomeLine(row, 'not_deleted');
        written.then(
          () => appendOutcome(line),
          ({ cause }: Problem) => cause instanceof NotSynced && waiting.add(line),
        );
        throw err instanceof Problem ? err : failed(err);
      }
      return entryOf(row);
    },
    read: (search) => read(() => find(search), search.signal),
    unsettled: (ids) => read(() => unsettledRows(path, ids, reportDamaged)),
    later: (row) => read(() => laterRows(path, row, reportDamaged)),
    settle: ({ time: _, outcome: __, settled_at: ___, ...row }, outcome) =>
      entryOf(row).settle(outcome),
    async check() {
      const isProven = !isDown && waiting.size === 0;
      await inTime(write(isProven ? file.prepare : file.probe)).catch((err: unknown) => {
        throw err instanceof Problem ? err : failed(err);
      });
    },
    close: file.close,
  };
  journal.check().catch(() => undefined); // it is logged
  return journal;
}

/** @throws TooSlow, or what `work` throws */
async function orTooSlow(work: Promise<void>, pause: typeof sleep): Promise<void> {
  const done = new AbortController();
  const late = pause(WRITE_TIMEOUT_MS, done.signal).then(
    () => {
      throw new TooSlow('The disk did not finish in time.');
    },
    () => undefined, // the work is done
  );
  await Promise.race([work, late]).finally(() => done.abort());
}
