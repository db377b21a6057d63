/** Start commands whose clients would hold more connections open than there are file descriptors. */
import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fakeCrictl } from '../fake-crictl/index.ts';
import { descriptors } from '../faults/process-state.ts';
import { freePort } from '../real/free-port.ts';
import { NODE } from '../support/bridge.ts';
import { eventually } from '../support/eventually.ts';
import { testFolder } from '../support/folder.ts';
import { startProcess } from '../support/processes.ts';

const MAX_FILES = 100;

it.each([
  ['single', '/local-images'],
  ['bridge', '/v1/images'],
])('%s answers meanwhile, also over its local socket', async (name, path) => {
  const { config, addresses } = await configured(name);
  const service = startProcess(name, { config, maxFiles: MAX_FILES });
  await service.listening;
  const others = Array.from({ length: 2 * MAX_FILES }, () => open(addresses[0]));
  await eventually(() => expect(others.map(({ closed }) => closed)).toContain(true));
  const statuses = await Promise.all(addresses.map((address) => ask(open(address), path)));
  const held = descriptors(service.pid);
  for (const other of others) other.destroy();
  service.kill('SIGTERM');

  expect(statuses).toEqual(addresses.map(() => 200));
  expect(held).toBeLessThan(MAX_FILES - 8); // a crictl can be started
  expect(await service.ended).toBe(0);
});

it('local_socket takes more connections than TCP may have', async () => {
  const { config, addresses } = await configured('single');
  const [tcp, local] = addresses as readonly [NetConnectOpts, NetConnectOpts];
  const service = startProcess('single', { config, maxFiles: MAX_FILES });
  await service.listening;
  const most = Math.floor((MAX_FILES - descriptors(service.pid)) / 2);
  const more = (address: NetConnectOpts) => Array.from({ length: most + 8 }, () => open(address));
  const overTcp = more(tcp);
  await eventually(() => expect(overTcp.map(({ closed }) => closed)).toContain(true));
  for (const socket of overTcp) socket.destroy();
  const overLocal = more(local);
  const statuses = await Promise.all(overLocal.map((socket) => ask(socket, '/livez')));

  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(overLocal.map(({ closed }) => closed)).not.toContain(true);
});

async function configured(name: string) {
  const crictl = fakeCrictl(NODE);
  onTestFinished(() => crictl.cleanup());
  const folder = testFolder();
  const socket = join(folder, 'bridge.sock');
  const local_socket = join(folder, 'local.sock');
  const app_port = await freePort();
  const addresses: readonly [NetConnectOpts, ...NetConnectOpts[]] =
    name === 'bridge'
      ? [{ path: socket }]
      : [{ port: app_port, host: '127.0.0.1' }, { path: local_socket }];
  const config = {
    app_config: { app_port, local_socket },
    crictl_config: { crictl_path: crictl.path, crictl_sudo: false, crictl_max_age_ms: 0 },
    bridge_config: { bridge_listen: `unix:${socket}` },
  };
  return { config, addresses };
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
