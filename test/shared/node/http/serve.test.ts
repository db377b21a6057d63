import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Connection } from '../../../../shared/http/base/connection.ts';
import { serve } from '../../../../shared/node/http/serve.ts';
import { noMetrics } from '../../../../shared/ports/metrics/metrics.ts';
import { configurationOf } from '../../../support/configuration.ts';
import { testFolder } from '../../../support/folder.ts';
import { memoryLog } from '../../../support/log.ts';
import { askSocket } from '../../../support/raw-request.ts';

/** Answers over which socket a request came. */
const app = {
  fetch: (_: Request, { isLocal }: Connection) => new Response(isLocal ? 'local' : 'tcp'),
};

/** Serves on any free port, or on this one. */
async function start(local_socket: string | null, app_port = 0) {
  const { app_config } = configurationOf({ app_config: { app_host: '127.0.0.1', local_socket } });
  const service = await serve(app, {
    app_config: { ...app_config, app_port },
    logger: memoryLog().logger,
    metrics: noMetrics,
  });
  let closed: Promise<void> | null = null;
  const close = () => {
    closed ??= service.close();
    return closed;
  };
  onTestFinished(close);
  return { ...service, close };
}

const ask = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();

it('requests over the local socket are marked, those over TCP are not', async () => {
  const socket = join(testFolder(), 'run', 'local.sock');
  const { port } = await start(socket);

  expect((await askSocket(socket, '/')).body).toBe('local');
  expect(await ask(port)).toBe('tcp');
});

it('only its owner can open the local socket', async () => {
  const socket = join(testFolder(), 'local.sock');
  await start(socket);

  expect((statSync(socket).mode & 0o777).toString(8)).toBe('600');
});

it('without local_socket TCP alone is served', async () => {
  const { port } = await start(null);

  expect(await ask(port)).toBe('tcp');
});

it('a stop closes both, and the same addresses can be used again', async () => {
  const socket = join(testFolder(), 'local.sock');
  const first = await start(socket);
  await first.close();
  const second = await start(socket, first.port);

  expect(await ask(second.port)).toBe('tcp');
  expect((await askSocket(socket, '/')).body).toBe('local');
});

it('a local socket that is in use stops the start with its path', async () => {
  const socket = join(testFolder(), 'local.sock');
  await start(socket);

  await expect(start(socket)).rejects.toThrow(`${socket} is in use`);
});

it('a port that is in use leaves no local socket behind', async () => {
  const socket = join(testFolder(), 'local.sock');
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;

  await expect(start(socket, port)).rejects.toThrow('EADDRINUSE');
  expect(() => statSync(socket)).toThrow('ENOENT');
});
