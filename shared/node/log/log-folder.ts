/**
 * The folder of the log. The operator follows LOG_FILE. pino-roll writes numbered files into the folder
 * LOG_FILE.d and keeps a link to the newest one there, so LOG_FILE is a link to that link.
 */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { codeOf } from '../system/error-code.ts';
import { makeFolder } from '../system/make-folder.ts';
import { identityOf, isRunning } from '../system/process-id.ts';

/** The name of pino-roll's link. */
const CURRENT = 'current.log';
const NUMBERED = /^app\.(\d+)\.log$/;
const MAX_LINKS = 10;

/**
 * Creates the folder and the link of LOG_FILE. A regular file at that path is moved into the folder, as the
 * newest of the old files. Surplus old files are removed.
 * @param keep how many old files are kept; null: all
 * @returns the path that pino-roll numbers: `app.log` for app.1.log, app.2.log, …
 * @throws the error of the file system, or one that names what blocks the path
 */
export function prepareLogFolder(logFile: string, keep: number | null): string {
  const path = followLinks(logFile);
  const folder = `${path}.d`;
  const found = lstatOrNull(path);
  if (found?.isDirectory()) throw new Error('it is a directory');
  if (found && !found.isFile() && !found.isSymbolicLink()) {
    throw new Error('it is neither a file nor a link; to log to stderr only, set log_file to ""');
  }
  makeFolder(folder);
  accessSync(folder, constants.W_OK | constants.X_OK);
  if (found?.isFile()) moveIn(path, found.size, folder);
  if (keep !== null) removeOld(folder, keep);
  if (!found?.isSymbolicLink()) symlinkSync(join(basename(folder), CURRENT), path);
  return join(folder, 'app.log');
}

/**
 * Records this process in the folder of `prepareLogFolder`. Not a lock, because a stale one must not prevent
 * a start.
 * @returns the pid of another running process that writes to the same log, or null
 */
export function claimLogFolder(logFile: string): string | null {
  const note = join(`${followLinks(logFile)}.d`, 'pid');
  const other = lstatOrNull(note) === null ? '' : readFileSync(note, 'utf8');
  const own = identityOf('self');
  if (isRunning(other) && other !== own) return other.split(' ')[0] ?? null;
  if (own !== null) writeFileSync(note, own);
  return null;
}

/** The target of LOG_FILE if it is the operator's own link, for example to another disk. */
function followLinks(logFile: string): string {
  let path = logFile;
  for (let links = 0; links < MAX_LINKS; links += 1) {
    if (!lstatOrNull(path)?.isSymbolicLink()) return path;
    const target = resolve(dirname(path), readlinkSync(path));
    if (target === join(`${path}.d`, CURRENT)) return path;
    path = target;
  }
  throw new Error('its links lead in a circle');
}

function lstatOrNull(path: string) {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

function moveIn(path: string, sizeBytes: number, folder: string): void {
  if (sizeBytes === 0) {
    rmSync(path);
    return;
  }
  const newest = Math.max(0, ...numbersIn(folder));
  const place = join(folder, `app.${newest + 1}.log`);
  try {
    renameSync(path, place);
  } catch (err) {
    if (codeOf(err) !== 'EXDEV') throw err; // EXDEV: the folder is on another file system
    copyFileSync(path, place);
    rmSync(path);
  }
  // pino-roll continues the file with the highest number. It gets a new one, because the formats differ.
  closeSync(openSync(join(folder, `app.${newest + 2}.log`), 'a'));
}

/** pino-roll removes old files when it rotates. This is for a file that was moved in, or a lower limit. */
function removeOld(folder: string, keep: number): void {
  const newestFirst = numbersIn(folder).sort((a, b) => b - a);
  for (const number of newestFirst.slice(keep + 1)) {
    rmSync(join(folder, `app.${number}.log`), { force: true });
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number] = NUMBERED.exec(name) ?? [];
    return number === undefined ? [] : Number(number);
  });
}
