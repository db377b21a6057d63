/** Clients that hold a connection and never finish: a real process, and the limits that it ships with. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Service } from './service.ts';

let service: Service;

beforeAll(async () => {
  service = await Service.start({
    config: { webhook_config: { invoke_secret: btoa('24 bytes for the secret!') } },
  });
});
afterAll(() => service?.stop());

it('a thousand bodies that never complete are cut within two minutes, and requests are answered meanwhile', async () => {
  const before = descriptors();
  const sockets = Array.from({ length: 1000 }, () => open(`${POST}some of it`));
  await expect.poll(descriptors, { timeout: 30_000 }).toBeGreaterThan(before + 900);

  const answer = await fetch(`${service.base}/livez`);
  await expect.poll(descriptors, { timeout: 120_000 }).toBeLessThan(before + 10);
  for (const socket of sockets) socket.destroy();

  expect(answer.status).toBe(200);
}, 180_000);

it('ten thousand requests of ten clients that read no answer take little memory', async () => {
  const before = residentMb();
  const sockets = Array.from({ length: 10 }, () => open(GET.repeat(1000)).pause());
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await fetch(`${service.base}/livez`);
  await sleep(3000);

  expect(residentMb() - before).toBeLessThan(300);
  for (const socket of sockets) socket.destroy();
});

const POST = 'POST /webhooks/local-images HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n';
const GET = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n';

function open(request: string): Socket {
  const socket = connect(Number(new URL(service.base).port), '127.0.0.1');
  socket.on('error', () => undefined); // they are reset
  socket.write(request);
  return socket;
}

function descriptors(): number {
  return readdirSync(`/proc/${service.pid}/fd`).length;
}

function residentMb(): number {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
