/** A user of this machine for a test. */
import { execFileSync } from 'node:child_process';
import type { Account } from './service.ts';

export interface TestUser extends Account {
  readonly name: string;
  /** Deletes the user. */
  remove(): void;
}

/** Adds a system user without a home and without any right. */
export function addTestUser(): TestUser {
  const name = `imageapi${process.pid}`;
  execFileSync('useradd', ['--system', '--user-group', '--no-create-home', name]);
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8' }).trim());
  return {
    name,
    uid: id('-u'),
    gid: id('-g'),
    remove: () => execFileSync('userdel', [name]),
  };
}
