/** A small disk that a test fills. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testFolder } from '../support/folder.ts';

const SIZE_BYTES = 4 * 1024 * 1024;

export interface SmallDisk {
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  /** Frees what `fill` took. */
  free(): void;
}

/** Mounts it, as root, until the test ends. */
export function smallDisk(): SmallDisk {
  const folder = testFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_BYTES}`, 'image-api-test', folder]);
  // Lazily: a process that was killed just now may still have files open.
  onTestFinished(() => void execFileSync('umount', ['--lazy', folder]));
  const filler = join(folder, 'filler');
  return {
    folder,
    fill: () => {
      try {
        writeFileSync(filler, Buffer.alloc(SIZE_BYTES));
      } catch (err) {
        if (!(err instanceof Error) || !('code' in err) || err.code !== 'ENOSPC') throw err;
      }
    },
    free: () => rmSync(filler),
  };
}
