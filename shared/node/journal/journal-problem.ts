/** The problem of a journal that cannot be written or read. */
import { Problem } from '../../values/problem.ts';
import { codeOf } from '../system/error-code.ts';
import { userName } from '../system/user-name.ts';
import { Truncated } from './lines-backwards.ts';

/** Something at the path that is not a regular file. */
export class NotAFile extends Error {
  override readonly name = 'NotAFile';
}

/** The disk did not finish in time. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

/** The problem of a line that cannot be written. */
export function cannotWrite(cause: unknown): Problem {
  return journalProblem('written, so nothing can be deleted', cause);
}

/** The problem of rows that cannot be read. */
export function cannotRead(cause: unknown): Problem {
  return journalProblem('read', cause);
}

function journalProblem(what: string, cause: unknown): Problem {
  const detail = `The file of delete_config.journal_file cannot be ${what}: ${reasonOf(cause)}`;
  return new Problem('journal_unavailable', detail, { cause });
}

/** Says what is wrong and what to do, without the path, because the detail is part of an answer. */
function reasonOf(cause: unknown): string {
  if (cause instanceof NotAFile) {
    return 'it is not a regular file. Set the path of a regular file, or of one that does not exist yet.';
  }
  if (cause instanceof TooSlow) return 'its disk did not answer in time. Check the disk.';
  if (cause instanceof Truncated) return 'it was truncated meanwhile. Try again.';
  const code = codeOf(cause) ?? 'an unexpected error';
  return REASONS[code]?.() ?? `${code}. Check the file and its disk; the log says more.`;
}

const ACCESS = () =>
  `user ${userName()} lacks the permission. Let that user read and write the file, and create it in its folder.`;
const FULL = () => 'its disk is full, or a limit is reached. Free space on it.';
const FOLDER = () => 'its folder does not exist. Create the folder, or set another path.';

/** By the code of the system error. */
const REASONS: Readonly<Record<string, () => string>> = {
  EACCES: ACCESS,
  EPERM: ACCESS,
  EROFS: () =>
    'its file system is read-only for this process. Make it writable (under systemd: StateDirectory= or ReadWritePaths=).',
  ENOSPC: FULL,
  EDQUOT: FULL,
  EFBIG: FULL,
  EIO: () => 'the disk reports an error. Check the disk.',
  ENOENT: FOLDER,
  ENOTDIR: FOLDER,
  EISDIR: () => 'it is a directory. Set the path of a file.',
};
