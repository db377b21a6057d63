/** Executables that misbehave in the place of crictl. Each takes it by a rename, as a package manager does. */
import { closeSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FakeCrictl } from '../fake-crictl/index.ts';
import { SCRIPT } from '../fake-crictl/script.ts';

/** What a program of this name does, and what the service then answers. */
export interface ProgramFault {
  readonly name: string;
  /** Puts it there. @returns what ends a fault that another program in its place does not end */
  readonly begin: (crictl: FakeCrictl) => undefined | (() => void);
  readonly answer: { readonly status: number; readonly code?: string };
}

const TIMEOUT = { status: 504, code: 'crictl_timeout' };
const BAD_OUTPUT = { status: 502, code: 'crictl_bad_output' };
const NOT_FOUND = { status: 503, code: 'crictl_not_found' };
const WHOLE = { status: 200 };
/** Answers the list at the end of a script. */
const LIST = 'exec "$(dirname "$0")/healthy" "$@"';

export const PROGRAM_FAULTS: readonly ProgramFault[] = [
  shell('hangs', 'exec sleep 600', TIMEOUT),
  shell('ignores SIGTERM', `trap '' TERM; while :; do sleep 0.2; done`, TIMEOUT),
  shell(
    'waits for children that ignore SIGTERM',
    `trap '' TERM; sleep 600 & sleep 600 & wait`,
    TIMEOUT,
  ),
  shell('forks until it is stopped', 'grow() { sleep 600 & (sleep 0.3; grow); }; grow', TIMEOUT),
  shell('floods stdout', 'exec yes', BAD_OUTPUT),
  shell('floods stderr', 'exec yes >&2', BAD_OUTPUT),
  shell('floods from a child that outlives it', 'yes & exit 0', BAD_OUTPUT),
  shell('leaves a child with the pipe', `sleep 600 & ${LIST}`, WHOLE),
  shell('leaves a grandchild without the pipe', `(sleep 600 >/dev/null 2>&1 &); ${LIST}`, WHOLE),
  shell('crashes', 'kill -SEGV $$', BAD_OUTPUT),
  shell('writes half of a list', `printf '{"images": [{"id": "sha256:'`, BAD_OUTPUT),
  shell('prints its help', 'echo "NAME: crictl - client for CRI"', BAD_OUTPUT),
  {
    name: 'is built for another machine',
    begin: (crictl) => void take(crictl, `\x7fELF${'\0'.repeat(60)}`),
    answer: NOT_FOUND,
  },
  {
    name: 'is not executable',
    begin: (crictl) => void take(crictl, SCRIPT, 0o644),
    answer: { status: 503, code: 'crictl_permission_denied' },
  },
  { name: 'is removed', begin: ({ path }) => void rmSync(path), answer: NOT_FOUND },
  {
    name: 'is still being written',
    begin: ({ path }) => {
      const fd = openSync(path, 'r+');
      return () => closeSync(fd);
    },
    answer: NOT_FOUND,
  },
];

/** The bridge cannot end it: it has left the process group. It ends by itself. */
export const DAEMON = shell('starts a daemon', `setsid sleep 30 & ${LIST}`, WHOLE);

/** Puts a program that works in its place. */
export const repair = (crictl: FakeCrictl): void => take(crictl, SCRIPT);

/** Puts a program beside crictl, for `LIST`. */
export function addHealthy({ dir }: FakeCrictl): void {
  writeFileSync(join(dir, 'healthy'), SCRIPT, { mode: 0o755 });
}

function shell(name: string, script: string, answer: ProgramFault['answer']): ProgramFault {
  return { name, begin: (crictl) => void take(crictl, `#!/bin/sh\n${script}\n`), answer };
}

function take({ dir, path }: FakeCrictl, content: string, mode = 0o755): void {
  const next = join(dir, 'next');
  writeFileSync(next, content, { mode });
  renameSync(next, path);
}
