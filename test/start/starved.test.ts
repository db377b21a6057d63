/** Start commands that run out of file descriptors, because clients hold so many connections open. */
import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { startProcess } from '../support/processes.ts';

const MAX_FILES = 100;

it.each([
  ['single', '/local-images'],
  ['bridge', '/v1/images'],
])('%s is overloaded meanwhile, and works again afterwards', async (name, path) => {
  const { config, address } = await configured(name);
  const service = startProcess(name, { config, maxFiles: MAX_FILES });
  await service.listening;
  const client = open(address);
  expect(await ask(client, path)).toBe(200);

  const others = Array.from({ length: 2 * MAX_FILES }, () => open(address));
  await eventually(() => expect(others.map(({ closed }) => closed)).toContain(true));
  const starved = await ask(client, path);
  for (const other of others) other.destroy();
  await eventually(async () => expect(await ask(open(address), path)).toBe(200));
  service.kill('SIGTERM');

  expect(starved).toBe(503);
  expect(await service.ended).toBe(0);
});

async function configured(name: string) {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const socket = join(testFolder(), 'bridge.sock');
  const app_port = await freePort();
  const address: NetConnectOpts =
    name === 'bridge' ? { path: socket } : { port: app_port, host: '127.0.0.1' };
  const config = {
    app_config: { app_port },
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false, crictl_max_age_ms: 0 },
    bridge_config: { bridge_listen: `unix:${socket}` },
  };
  return { config, address };
}

function open(address: NetConnectOpts): Socket {
  const socket = connect(address).on('error', () => undefined); // refused or reset
  onTestFinished(() => void socket.destroy());
  return socket;
}

/** The status of a request on an open connection. Rejects if the connection is closed instead. */
async function ask(socket: Socket, path: string): Promise<number> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
  const closed = once(socket, 'close').then(() => Promise.reject(new Error('closed')));
  const [head] = await Promise.race([once(socket, 'data'), closed]);
  return Number(/^HTTP\/1\.1 (\d+)/.exec(String(head))?.[1]);
}
