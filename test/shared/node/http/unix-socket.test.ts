import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ListenTarget } from '../../../../shared/node/http/http-server.ts';
import { listenOnUnixSocket, passedSocket } from '../../../../shared/node/http/unix-socket.ts';
import { testFolder } from '../../../support/folder.ts';
import { buildProgram } from '../../../support/program.ts';

let path = '';
beforeEach(() => {
  path = join(testFolder(), 'run', 'bridge.sock');
});

/** Listens as `listen` of the HTTP server does, and closes when the test ends. */
function listen(target: ListenTarget): Promise<Server> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(target, () => resolve(server));
  });
}

const socketOwner = await buildProgram(
  new URL('../../../support/socket-owner.ts', import.meta.url),
);

/** A process that has left its socket and its lock behind, and is a zombie or has ended. */
async function deadOwner(): Promise<void> {
  const owner = fork(socketOwner, [path]);
  await once(owner, 'message');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
}

describe('the socket', () => {
  let before = 0;
  beforeEach(() => {
    before = process.umask(0);
  });
  afterEach(() => {
    process.umask(before);
  });

  it('is 0660 from its first moment, whatever the umask, which stays as it was', async () => {
    let mode = 0;
    await listenOnUnixSocket(path, (target) => {
      const listening = listen(target);
      mode = statSync(path).mode;
      return listening;
    });

    expect((mode & 0o777).toString(8)).toBe('660');
    expect(process.umask()).toBe(0);
  });
});

describe('the lock', () => {
  it('keeps the socket of a living process, of this one too', async () => {
    const { server } = await listenOnUnixSocket(path, listen);

    await expect(listenOnUnixSocket(path, listen)).rejects.toThrow('is in use');
    expect(server.listening).toBe(true);
    expect(existsSync(path)).toBe(true);
  });

  it('keeps a socket in use whose lock is missing', async () => {
    await listen({ path: path.replace('run/', '') });
    const elsewhere = path.replace('run/', '');

    await expect(listenOnUnixSocket(elsewhere, listen)).rejects.toThrow('is in use');
    expect(existsSync(`${elsewhere}.lock`)).toBe(false);
  });

  it('gives way when its owner is dead', async () => {
    await deadOwner();
    expect([existsSync(path), existsSync(`${path}.lock`)]).toEqual([true, true]);
    const { server } = await listenOnUnixSocket(path, listen);

    expect(server.listening).toBe(true);
    expect(readFileSync(`${path}.lock`, 'utf8')).toMatch(new RegExp(`^${process.pid} \\d+$`));
  });

  it('gives way when its pid belongs to another process by now', async () => {
    await deadOwner();
    const other = spawn('sleep', ['60']);
    onTestFinished(() => void other.kill('SIGKILL'));
    writeFileSync(`${path}.lock`, `${other.pid} 1`);

    expect((await listenOnUnixSocket(path, listen)).server.listening).toBe(true);
  });

  it('goes to one of the processes that start at the same time', async () => {
    await deadOwner();
    const starts = await Promise.allSettled(
      Array.from({ length: 10 }, () => listenOnUnixSocket(path, listen)),
    );

    expect(starts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is given back, and not when it is another one by then', async () => {
    const first = await listenOnUnixSocket(path, listen);
    first.release();
    expect(existsSync(`${path}.lock`)).toBe(false);
    writeFileSync(`${path}.lock`, '1 1');
    first.release();

    expect(existsSync(`${path}.lock`)).toBe(true);
  });

  it('does not remove a file that is not a socket', async () => {
    const file = path.replace('run/', '');
    writeFileSync(file, 'mine');

    await expect(listenOnUnixSocket(file, listen)).rejects.toThrow('is not a socket');
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });
});

describe('a socket from systemd', () => {
  const LISTEN_PID = String(process.pid);

  it.each([
    ['none', {}, null],
    ['one', { LISTEN_PID, LISTEN_FDS: '1' }, { fd: 3 }],
    ["another process's", { LISTEN_PID: '1', LISTEN_FDS: '1' }, null],
  ])('%s', (_, env, target) => {
    expect(passedSocket(env)).toEqual(target);
  });

  it('several are refused', () => {
    expect(() => passedSocket({ LISTEN_PID, LISTEN_FDS: '2' })).toThrow('passed 2 sockets');
  });
});
