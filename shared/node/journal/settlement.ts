/**
 * Settles the deletions of the journal whose outcome is not known, by asking Harbor: at the start all in the
 * file, later those of this process. Runs in the background.
 */

import { outcomeOfGone } from '../../domain/journal/later-deletions.ts';
import type { JournalRow } from '../../ports/journal-record.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Registry } from '../../ports/registry.ts';
import type { DeletionTarget } from '../../ports/registry-artifact.ts';
import { isDigest, isProjectName, isRepositoryName, toReference } from '../../values/names.ts';
import { Problem, type ProblemCode } from '../../values/problem.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import type { FileJournal } from './file-journal.ts';

/**
 * What still exists counts as not deleted only after this time, and the time that a call of Harbor may take:
 * until then another process, or Harbor itself, may be working on it.
 */
const STILL_THERE_AFTER_MS = 5 * 60_000;
/** The pauses after the journal or Harbor could not be read: short at first, because most outages are. */
const FIRST_RETRY_MS = 1_000;
const RETRY_MS = 60_000;
/** The pause after Harbor could not answer for one artifact. */
const RETRY_ONE_MS = 60 * 60_000;
/** Longer timers end immediately. */
const MAX_PAUSE_MS = 24 * 60 * 60_000;

/** These concern one artifact; after any other, Harbor is not asked for the next one. */
const OF_ONE_ARTIFACT: readonly ProblemCode[] = [
  'harbor_forbidden',
  'harbor_error',
  'harbor_bad_response',
];

export interface SettlementOptions {
  readonly journal: Pick<FileJournal, 'unsettled' | 'later' | 'settle'>;
  readonly registry: Registry;
  /** How long a call of Harbor may take. */
  readonly harborTimeoutMs: number;
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export interface Settlement {
  /** Tells of a deletion that this process begins: it is left alone, unless it is added later. */
  begun(id: string): void;
  /** Adds a deletion of this process whose outcome is not known. */
  add(id: string): void;
  stop(): void;
}

/** Starts with all deletions in the file. */
export function startSettlement(options: SettlementOptions): Settlement {
  const { journal, logger, sleep } = options;
  const stopped = new AbortController();
  /** The deletions to ask for, once the file has been read. */
  const open = new Set<string>();
  let isRead = false;
  /** Those of this process that the first reading may find while they are under way. */
  const begun = new Set<string>();
  let failures = 0;
  let wake = new AbortController();

  const readOpen = async (): Promise<readonly JournalRow[]> => {
    const asked = new Set(open);
    const found = await journal.unsettled(isRead ? asked : null);
    const rows = found.filter(({ id }) => asked.has(id) || !begun.has(id));
    if (!isRead && rows.length > 0) {
      logger.always(
        'WARNING',
        `the journal has deletions whose outcome is unknown: ${rows.length}`,
      );
    }
    isRead = true;
    begun.clear();
    for (const id of asked) open.delete(id); // another process may have settled it
    for (const { id } of rows) open.add(id);
    return rows;
  };

  /** @returns the pause before the next round */
  const round = async (signal: AbortSignal): Promise<number> => {
    try {
      const pauses = [MAX_PAUSE_MS];
      for (const row of await readOpen()) {
        const pauseMs = await settle(options, row, signal);
        if (pauseMs === null) open.delete(row.id);
        else pauses.push(pauseMs);
      }
      failures = 0;
      return Math.min(...pauses);
    } catch (err) {
      if (!signal.aborted) logger.log('INFO', 'deletions cannot be settled yet', { err });
      // Each wrong password locks the account for others.
      if (err instanceof Problem && err.code === 'harbor_unauthorized') return RETRY_MS;
      return Math.min(RETRY_MS, FIRST_RETRY_MS * 2 ** failures++);
    }
  };

  const keepSettling = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      wake = new AbortController();
      const { signal } = wake;
      const pauseMs =
        open.size > 0 || !isRead ? await withOwnSignal(stopped.signal, round) : MAX_PAUSE_MS;
      if (!stopped.signal.aborted) await sleep(pauseMs, signal).catch(() => undefined); // woken
    }
  };
  void keepSettling();
  return {
    begun(id) {
      if (!isRead) begun.add(id);
    },
    add(id) {
      open.add(id);
      wake.abort();
    },
    stop() {
      stopped.abort();
      wake.abort();
    },
  };
}

/**
 * Asks for one deletion, and writes its outcome.
 * @returns the pause before it is asked for again; null: never
 * @throws Problem if Harbor cannot be asked
 */
async function settle(
  { journal, registry, harborTimeoutMs, logger, now }: SettlementOptions,
  row: JournalRow,
  signal: AbortSignal,
): Promise<number | null> {
  const { id, request_id, project, repository, reference, digest } = row;
  const fields = { id, request_id, project, repository, reference, digest };
  const target = targetOf(row, registry);
  const remainsUnknown = (why: string): null => {
    const msg = `a deletion of the journal remains unknown: ${why}`;
    logger.always('WARNING', msg, { ...fields, registry: row.registry });
    return null;
  };
  if (target === null)
    return remainsUnknown('it belongs to another Harbor, or its line is damaged');
  const session = registry.session({ id: crypto.randomUUID(), signal });
  const remaining = await session.remainingTarget(target).catch((err: unknown) => {
    if (!(err instanceof Problem) || !OF_ONE_ARTIFACT.includes(err.code)) throw err;
    logger.log('INFO', 'a deletion of the journal cannot be settled yet', { ...fields, err });
    return undefined;
  });
  if (remaining === undefined) return RETRY_ONE_MS;
  const startedMs = Date.parse(row.time);
  const endedByMs = startedMs + harborTimeoutMs + STILL_THERE_AFTER_MS;
  const waitMs = endedByMs - now();
  if (remaining !== null && waitMs > 0) return waitMs;
  if (remaining !== null && Date.parse(remaining.pushTime ?? '') > startedMs) {
    return remainsUnknown('it was pushed since, so it may have been deleted before');
  }
  // Read after Harbor's answer: the line of a later deletion is written before Harbor gets it.
  const outcome =
    remaining === null
      ? outcomeOfGone(row, { later: await journal.later(row), endedByMs })
      : 'not_deleted';
  if (outcome === 'unknown') return remainsUnknown('a later deletion may have deleted it');
  await journal.settle(row, outcome);
  logger.always('WARNING', 'a deletion of the journal is settled', { ...fields, outcome });
  return null;
}

/** Finds the target of the deletion; null: it is not of this Harbor, or it has no valid names. */
function targetOf(row: JournalRow, registry: Registry): DeletionTarget | null {
  const { project, repository, digest } = row;
  const reference = toReference(row.reference);
  const isOurs = registry.host !== null && row.registry === new URL(registry.host).host;
  if (!isOurs || !isProjectName(project) || !isRepositoryName(repository) || !isDigest(digest)) {
    return null;
  }
  const at = { project, repository };
  if (!row.tag_only) return { at, digest, tag: null };
  return reference?.kind === 'tag' ? { at, digest, tag: reference.tag } : null;
}
