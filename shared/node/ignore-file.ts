/** The ignore file: checked on each call, and read only if it has changed. */

import { readFileSync, type Stats, statSync } from 'node:fs';
import {
  EMPTY_IGNORE_LIST,
  failedIgnoreList,
  type ParsedIgnoreList,
  parseIgnoreList,
} from '../domain/local-images/parse-ignore-list.ts';
import type { IgnoreList } from '../ports/ignore-list.ts';
import type { Logger } from '../ports/logger.ts';
import { codeOf } from './system/error-code.ts';

/** Larger than any real list. Parsing is synchronous: 10 MB would block every request for seconds. */
const MAX_FILE_BYTES = 1024 * 1024;
/** Time stamps of files are coarse: a younger file may change again without a new time stamp. */
const SETTLING_MS = 100;
/** The state of a file that does not exist. */
const MISSING = 'missing';
/** The most log lines for one state of the file. */
const MAX_WARNINGS = 10;

export interface IgnoreFileOptions {
  /** Absolute path of the CSV file; it need not exist. */
  readonly path: string;
  readonly logger: Logger;
}

/**
 * Makes a function that returns the current list. If the file cannot be used, that is the last good list;
 * if it is missing, an empty one. Each such state of the file gives one warning.
 */
export function watchIgnoreFile({ path, logger }: IgnoreFileOptions): () => IgnoreList {
  let list = EMPTY_IGNORE_LIST;
  let seen = '';
  let reported = '';

  function take({ list: parsed, warnings, failed }: ParsedIgnoreList, state: string): void {
    if (!failed) list = parsed;
    const report = state + JSON.stringify(warnings);
    if (report === reported) return;
    reported = report;
    const effect = failed ? 'the last good list remains in effect' : 'the row is skipped';
    for (const { line, message } of warnings.slice(0, MAX_WARNINGS)) {
      logger.log('WARNING', `ignore list ${path}, line ${line}: ${message}; ${effect}`);
    }
    if (warnings.length > MAX_WARNINGS) {
      const more = warnings.length - MAX_WARNINGS;
      logger.log('WARNING', `ignore list ${path}: ${more} more rows are skipped`);
    }
  }

  return () => {
    const stats = look(path);
    if (stats === null) {
      if (seen !== MISSING) {
        logger.log('WARNING', `ignore list ${path}: the file does not exist; nothing is ignored`);
      }
      list = EMPTY_IGNORE_LIST;
      seen = MISSING;
      return list;
    }
    const state = stats instanceof Error ? stats.message : stateOf(stats);
    if (state === seen) return list;
    take(stats instanceof Error ? unreadable(stats) : read(path, stats), state);
    seen = stats instanceof Error || isSettled(stats) ? state : '';
    return list;
  };
}

/** Reads the state of the file; null if it does not exist. */
function look(path: string): Stats | Error | null {
  try {
    return statSync(path);
  } catch (err) {
    const missing = codeOf(err) === 'ENOENT' || codeOf(err) === 'ENOTDIR';
    return missing ? null : asError(err);
  }
}

function read(path: string, stats: Stats): ParsedIgnoreList {
  if (!stats.isFile()) return failure('it is not a regular file');
  if (stats.size > MAX_FILE_BYTES) return failure('it is larger than 1 MiB');
  try {
    return parseIgnoreList(readFileSync(path, 'utf8'));
  } catch (err) {
    return unreadable(asError(err));
  }
}

function stateOf(stats: Stats): string {
  return `${stats.size}:${stats.mtimeMs}:${stats.ino}`;
}

function isSettled(stats: Stats): boolean {
  return Math.abs(Date.now() - stats.mtimeMs) > SETTLING_MS;
}

function unreadable(err: Error): ParsedIgnoreList {
  return failure(`it cannot be read (${codeOf(err) ?? err.message})`);
}

function failure(message: string): ParsedIgnoreList {
  return failedIgnoreList({ line: 1, message });
}

function asError(err: unknown): Error {
  return err instanceof Error ? err : new Error(String(err));
}
