import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { changeableByOthers } from '../../scripts/root-alone.ts';
import { testFolder } from '../support/folder.ts';

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

/** `root/link → other/bin/crictl`, all of it root's. */
function tree() {
  const top = testFolder();
  chmodSync(top, 0o755);
  const folders = {
    root: join(top, 'root'),
    other: join(top, 'other'),
    bin: join(top, 'other/bin'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { mode: 0o755 });
  const program = join(folders.bin, 'crictl');
  const link = join(folders.root, 'link');
  writeFileSync(program, '', { mode: 0o755 });
  symlinkSync('../other/bin/crictl', link);
  return { ...folders, program, link };
}

describe.runIf(isRoot)('the owner of every folder on a path', () => {
  it('is only root for a link to a program when every folder is root’s', () => {
    expect(changeableByOthers(tree().link)).toBeNull();
  });

  it.each(['root', 'other', 'bin', 'program'] as const)(
    'is not when %s is another user’s',
    (step) => {
      const made = tree();
      chownSync(made[step], NOBODY, NOBODY);
      expect(changeableByOthers(made.link)).toBe(made[step]);
    },
  );

  it.each(['root', 'other', 'bin', 'program'] as const)(
    'is not when others may write %s',
    (step) => {
      const made = tree();
      chmodSync(made[step], 0o777);
      expect(changeableByOthers(made.link)).toBe(made[step]);
    },
  );

  it('follows links to folders', () => {
    const made = tree();
    const folder = join(made.root, 'folder');
    symlinkSync(made.other, folder);
    chownSync(made.bin, NOBODY, NOBODY);
    expect(changeableByOthers(join(folder, 'bin/crictl'))).toBe(made.bin);
  });

  it('is an error for links that lead in a circle', () => {
    const { root } = tree();
    symlinkSync('loop', join(root, 'loop'));
    expect(() => changeableByOthers(join(root, 'loop'))).toThrow('too many links');
  });
});

it('is an error for a path that does not exist', () => {
  expect(() => changeableByOthers('/nowhere/crictl')).toThrow('ENOENT');
});
