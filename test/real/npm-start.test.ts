/** Ctrl-C on `npm start`: the terminal sends SIGINT to the whole group, and npm sends its child another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';
import { PROJECT } from './project.ts';

it('answers the request under way, and stops once', async () => {
  const bridge = await startBridge();
  const service = await npmStart({ bridge_config: { bridge_url: bridge.url } });
  const headers = { 'X-Request-Id': 'under-way', 'Cache-Control': 'no-cache' };
  const underWay = fetch(`${service.base}/local-images`, { headers });
  await expect.poll(bridge.requestIds, { timeout: 10_000 }).toContain('under-way');

  process.kill(-service.pid, 'SIGINT');
  await expect.poll(service.stderr, { timeout: 10_000 }).toContain('stopping on SIGINT');
  await sleep(500);
  for (const outgoing of bridge.held) outgoing.end('{"started_at_ms":1,"images":[]}');

  expect((await underWay).status).toBe(200);
  expect(await service.ended).toBe(0);
  expect(service.stderr()).not.toContain('CRITICAL');
  expect(service.stderr().match(/stopping on/g)).toHaveLength(1);
});

/** `npm start` as a terminal runs it: in a group of its own. */
async function npmStart(config: object) {
  const folder = mkdtempSync(join(tmpdir(), 'image-api-npm-'));
  const path = join(folder, 'config.json');
  const app_port = await freePort();
  const app_config = { app_host: '127.0.0.1', app_port, log_file: '' };
  writeFileSync(path, JSON.stringify({ app_config, ...config }));
  const npm = spawn('npm', ['start'], {
    cwd: PROJECT,
    env: { ...process.env, IMAGE_API_CONFIG: path },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  npm.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const { pid = Number.NaN } = npm;
  const ended = once(npm, 'close').then(([code, signal]) => code ?? signal);
  onTestFinished(async () => {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(-pid, 'SIGKILL');
    await ended;
    rmSync(folder, { recursive: true });
  });
  await expect
    .poll(() => stderr, { timeout: 30_000 })
    .toContain(`listens on 127.0.0.1:${app_port}`);
  return { pid, base: `http://127.0.0.1:${app_port}`, stderr: () => stderr, ended };
}

/** A bridge that answers when the test says so. */
async function startBridge() {
  const held: ServerResponse[] = [];
  const server = createServer((_, outgoing) => held.push(outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const requestIds = () => held.map(({ req }) => req.headers['x-request-id']);
  return { held, requestIds, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
