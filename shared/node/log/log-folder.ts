/**
 * Where log lines lie. The operator tails LOG_FILE; pino-roll writes numbered files into the folder
 * LOG_FILE.d and keeps a link to the newest there, so LOG_FILE is a link to that link.
 */
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  lstatSync,
  mkdirSync,
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

/** Made by pino-roll under this fixed name. */
const CURRENT = 'current.log';
const NUMBERED = /^app\.(\d+)\.log$/;
const MAX_LINKS = 10;

export interface LogFolder {
  /** What pino-roll numbers: `app.log` stands for app.1.log, app.2.log, … */
  readonly file: string;
  readonly folder: string;
  /** Another living process that writes into the same folder: its pid. */
  readonly sharedWith: number | null;
  /** Removes the oldest files beyond `keep`; the one in use does not count. */
  removeOld(): void;
  /** Makes LOG_FILE lead to the newest file; to be called once that exists. */
  link(): void;
  /** Says that this process no longer writes. */
  release(): void;
}

/**
 * Makes the folder of LOG_FILE and takes in a regular file that lies at its place, as the newest of
 * the old files.
 * @param keep how many old files may stay; null: all
 * @throws the error of the file system, or one that says what is in the way
 */
export function prepareLogFolder(logFile: string, keep: number | null): LogFolder {
  const path = followLinks(logFile);
  const folder = `${path}.d`;
  const found = lstatOrNull(path);
  if (found?.isDirectory()) throw new Error('it is a directory');
  if (found && !found.isFile() && !found.isSymbolicLink()) {
    throw new Error('it is neither a file nor a link; "" as log_file logs to stderr alone');
  }
  mkdirSync(folder, { recursive: true });
  accessSync(folder, constants.W_OK | constants.X_OK);
  if (found?.isFile()) takeIn(path, found.size, folder);
  // A file taken in, or a limit that is lower than at the last start.
  removeOld(folder, keep);
  const { sharedWith, release } = claim(folder);
  return {
    file: join(folder, 'app.log'),
    folder,
    sharedWith,
    removeOld: () => removeOld(folder, keep),
    link() {
      if (lstatOrNull(path) === null) symlinkSync(join(basename(folder), CURRENT), path);
    },
    release,
  };
}

/** Where LOG_FILE leads when it is the operator's own link, to another disk for example. */
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

function takeIn(path: string, sizeBytes: number, folder: string): void {
  if (sizeBytes === 0) {
    rmSync(path);
    return;
  }
  const newest = Math.max(0, ...numbersIn(folder));
  const place = join(folder, `app.${newest + 1}.log`);
  try {
    renameSync(path, place);
  } catch (err) {
    // The folder may be a link to another file system.
    if (!(err instanceof Error && 'code' in err && err.code === 'EXDEV')) throw err;
    copyFileSync(path, place);
    rmSync(path);
  }
  // pino-roll goes on with the highest number: give it a file of its own, the lines differ in format.
  closeSync(openSync(join(folder, `app.${newest + 2}.log`), 'a'));
}

function removeOld(folder: string, keep: number | null): void {
  if (keep === null) return;
  const oldestFirst = numbersIn(folder).sort((a, b) => a - b);
  for (const number of oldestFirst.slice(0, Math.max(0, oldestFirst.length - 1 - keep))) {
    rmSync(join(folder, `app.${number}.log`), { force: true });
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number] = NUMBERED.exec(name) ?? [];
    return number === undefined ? [] : Number(number);
  });
}

/** Notes this process in the folder. A lock would be wrong: a stale one must not stop a start. */
function claim(folder: string) {
  const note = join(folder, 'pid');
  const read = () => (lstatOrNull(note) === null ? null : Number(readFileSync(note, 'utf8')));
  const other = read();
  const sharedWith = other !== null && other !== process.pid && isAlive(other) ? other : null;
  if (sharedWith === null) writeFileSync(note, `${process.pid}\n`);
  return {
    sharedWith,
    release: () => {
      if (read() === process.pid) rmSync(note, { force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  return Number.isInteger(pid) && lstatOrNull(`/proc/${pid}`) !== null;
}
