/** A process whose wall clock a test sets, by libfaketime (Debian's `faketime`). Its monotonic clock stays real. */
import { existsSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '../support/folder.ts';

export interface FakeClock {
  /** The environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets the clock so many milliseconds forward from the real time, or back; the process sees it within a second. */
  set(ms: number): void;
  /** The time that was set. */
  now(): number;
}

export function fakeClock(): FakeClock {
  const file = join(testFolder(), 'time');
  let offsetMs = 0;
  const write = (): void => {
    // Renamed, so that the process never reads half of it.
    writeFileSync(`${file}.new`, `${offsetMs < 0 ? '' : '+'}${offsetMs / 1000}\n`);
    renameSync(`${file}.new`, file);
  };
  write();
  return {
    env: {
      LD_PRELOAD: libraryPath(),
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_CACHE_DURATION: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      DONT_FAKE_MONOTONIC: '1',
    },
    set: (ms) => {
      offsetMs = ms;
      write();
    },
    now: () => Date.now() + offsetMs,
  };
}

function libraryPath(): string {
  const folders = readdirSync('/usr/lib').map((name) => join('/usr/lib', name, 'faketime'));
  for (const folder of folders) {
    const path = join(folder, 'libfaketimeMT.so.1');
    if (existsSync(path)) return path;
  }
  throw new Error('there is no libfaketime: install the package faketime');
}
