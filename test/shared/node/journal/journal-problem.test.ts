import { expect, it } from 'vitest';
import {
  cannotRead,
  cannotWrite,
  NotAFile,
  TooSlow,
} from '../../../../shared/node/journal/journal-problem.ts';
import { Truncated } from '../../../../shared/node/journal/lines-backwards.ts';

const systemError = (code: string) => Object.assign(new Error(`${code}: /var/secret`), { code });

it.each([
  [systemError('EACCES'), /lacks the permission\. Let that user read and write the file/],
  [systemError('EPERM'), /lacks the permission/],
  [systemError('EROFS'), /read-only for this process\. Make it writable \(under systemd/],
  [systemError('ENOSPC'), /full, or a limit is reached\. Free space/],
  [systemError('EDQUOT'), /full, or a limit is reached/],
  [systemError('EFBIG'), /full, or a limit is reached/],
  [systemError('EIO'), /reports an error\. Check the disk/],
  [systemError('ENOENT'), /folder does not exist\. Create the folder/],
  [systemError('EISDIR'), /it is a directory\. Set the path of a file/],
  [systemError('EMFILE'), /EMFILE\. Check the file and its disk/],
  [new NotAFile(), /not a regular file\. Set the path of a regular file/],
  [new TooSlow(), /did not answer in time\. Check the disk/],
  [new Error('a bug'), /an unexpected error/],
])(
  'a journal that cannot be written because of %s is unavailable, and says what to do',
  (cause, what) => {
    const problem = cannotWrite(cause);

    expect(problem).toMatchObject({ code: 'journal_unavailable', status: 503, cause });
    expect(problem.message).toMatch(what);
    expect(problem.message).toContain('nothing can be deleted');
    expect(problem.message).not.toContain('/var/secret');
  },
);

it('a journal that cannot be read says nothing about deletions', () => {
  const problem = cannotRead(new Truncated());

  expect(problem.message).toMatch(/cannot be read: it was truncated meanwhile\. Try again\.$/);
});
