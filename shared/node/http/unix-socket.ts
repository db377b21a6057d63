/** The unix socket that a process listens on: its own, with a lock file next to it, or one from systemd. */
import { randomUUID } from 'node:crypto';
import { linkSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { codeOf } from '../system/error-code.ts';
import { makeFolder } from '../system/make-folder.ts';
import { identityOf, isRunning } from '../system/process-id.ts';
import type { ListenTarget } from './http-server.ts';

/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST_PASSED = 3;

/**
 * The socket that systemd passed to this process; null if it passed none.
 * @throws Error if it passed several, because it is not clear which one to use
 */
export function passedSocket(
  env: Readonly<Record<string, string | undefined>>,
): { readonly fd: number } | null {
  // The variables may be left over from another process.
  if (Number(env['LISTEN_PID']) !== process.pid) return null;
  const count = Number(env['LISTEN_FDS']);
  if (count === 1) return { fd: FIRST_PASSED };
  throw new Error(
    `systemd passed ${env['LISTEN_FDS']} sockets, expected one; see the .socket unit`,
  );
}

/**
 * Takes the lock of the socket at `path`, removes the socket of a dead process, and runs `listen` with a
 * umask, so that the socket has its mode from the beginning.
 * @param listen must create the socket before it returns its promise, as `net.Server` does
 * @param options `mode`: by default 0660
 * @returns the server of `listen`, and how to release the lock after it is closed
 * @throws Error if a running process has the socket
 */
export async function listenOnUnixSocket<Server>(
  path: string,
  listen: (target: ListenTarget) => Promise<Server>,
  { mode = 0o660 }: { readonly mode?: number } = {},
): Promise<{ readonly server: Server; release(): void }> {
  makeFolder(dirname(path));
  const release = takeLock(`${path}.lock`);
  try {
    await removeStale(path);
    return { server: await withUmask(0o777 & ~mode, () => listen({ path })), release };
  } catch (err) {
    release();
    throw err;
  }
}

function withUmask<T>(umask: number, work: () => T): T {
  const before = process.umask(umask);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/** A lock contains its owner, so that a dead owner is recognised. It is linked, so it is never half-written. */
function takeLock(lock: string): () => void {
  const own = identityOf('self') ?? String(process.pid);
  const unique = `${lock}.${randomUUID()}`;
  writeFileSync(unique, own, { mode: 0o644 });
  try {
    // Another process that starts now may be faster, but not many times.
    for (let attempt = 0; attempt < 10; attempt += 1) {
      if (tryTo(() => linkSync(unique, lock), 'EEXIST')) {
        return () => {
          if (read(lock) === own) rmSync(lock, { force: true });
        };
      }
      breakStale(lock);
    }
    throw new Error(`${lock}: other processes keep taking it`);
  } finally {
    rmSync(unique, { force: true });
  }
}

/** Removes the lock if its owner is dead. */
function breakStale(lock: string): void {
  const owner = read(lock);
  if (owner === null) return;
  if (isRunning(owner)) throw inUse(lock.replace(/\.lock$/, ''), owner);
  const aside = `${lock}.${randomUUID()}`;
  // Moved, not removed, because another process may have replaced the lock since it was read.
  if (!tryTo(() => renameSync(lock, aside), 'ENOENT')) return;
  if (read(aside) !== owner) tryTo(() => linkSync(aside, lock), 'EEXIST');
  rmSync(aside);
}

/** Removes a socket without a listener. The lock says nothing about processes in other containers. */
async function removeStale(path: string): Promise<void> {
  const code = await new Promise<string>((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve('CONNECTED');
    });
    socket.once('error', (err: NodeJS.ErrnoException) => resolve(err.code ?? err.message));
  });
  if (code === 'ENOENT') return;
  if (code !== 'ECONNREFUSED') throw inUse(path, code);
  if (!lstatSync(path).isSocket()) throw new Error(`${path} exists and is not a socket`);
  rmSync(path);
}

function inUse(path: string, by: string): Error {
  return new Error(`${path} is in use by another process (${by.split(' ')[0]})`);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (err) {
    if (codeOf(err) === 'ENOENT') return null;
    throw err;
  }
}

/** Tells whether `work` succeeded; false if it failed with the code `expected`. */
function tryTo(work: () => void, expected: string): boolean {
  try {
    work();
    return true;
  } catch (err) {
    if (codeOf(err) === expected) return false;
    throw err;
  }
}
