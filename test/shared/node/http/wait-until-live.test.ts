import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { waitUntilLive } from '../../../../shared/node/http/wait-until-live.ts';
import { freePort } from '../../../real/free-port.ts';
import { testFolder } from '../../../support/folder.ts';

async function startLive(): Promise<number> {
  const server = createServer((_, outgoing) => outgoing.end('ok'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

it('finds the service at the address of config.json, on loopback when it listens everywhere', async () => {
  const cwd = testFolder();
  const app_config = { app_host: '0.0.0.0', app_port: await startLive() };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify({ app_config }));

  expect(await waitUntilLive({ argv: [], env: {}, cwd })).toBe(true);
});

it('needs no secret: one that cannot be read, as in ExecStartPost of systemd 252, does not matter', async () => {
  const cwd = testFolder();
  const hidden = join(cwd, 'config.json', 'credentials');
  const app_config = { app_host: '127.0.0.1' };
  writeFileSync(join(cwd, 'config.json'), JSON.stringify({ app_config }));
  const APP_PORT = String(await startLive());
  const env = { APP_PORT, CREDENTIALS_DIRECTORY: hidden, READ_TOKEN_FILE: hidden };

  expect(await waitUntilLive({ argv: [], env, cwd })).toBe(true);
});

it('fails immediately when the process that systemd started ends', async () => {
  const main = spawn('true');
  await once(main, 'exit');
  const env = { APP_PORT: String(await freePort()), MAINPID: String(main.pid) };

  expect(await waitUntilLive({ argv: [], env, cwd: testFolder() })).toBe(false);
});

it('gives up in time when the service refuses at first and then hangs', async () => {
  const answers = [(outgoing: ServerResponse) => outgoing.writeHead(503).end()];
  const server = createServer((_, outgoing) => {
    setTimeout(() => answers.pop()?.(outgoing), 1_900);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = { APP_PORT: String((server.address() as AddressInfo).port) };
  const beganAt = performance.now();
  const isLive = await waitUntilLive({ argv: [], env, cwd: testFolder() }, 2_000);

  expect(isLive).toBe(false);
  expect(performance.now() - beganAt).toBeLessThan(3_700); // a second wait would end after 3.9 s
});
