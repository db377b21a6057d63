/** Clients that hold a connection and never finish: a real process, and the limits that it ships with. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Service } from './service.ts';

let service: Service;

beforeAll(async () => {
  service = await Service.start({
    config: { webhook_config: { invoke_secret: btoa('24 bytes for the secret!') } },
  });
});
afterAll(() => service?.stop());

it('a thousand bodies that never complete, and clients that never read, are cut within two minutes', async () => {
  const before = descriptors();
  const cut = Array.from({ length: 1000 }, () => open(`${POST}some of it`));
  const deaf = Array.from({ length: 10 }, () => open(GET.repeat(1000)).pause());
  const sockets = await Promise.all([...cut, ...deaf].map(connected));
  await expect.poll(descriptors, { timeout: 30_000 }).toBeGreaterThan(before + 1000);

  const answer = await fetch(`${service.base}/livez`);
  await expect.poll(descriptors, { timeout: 120_000 }).toBeLessThan(before + 10);
  for (const socket of sockets) socket.destroy();

  expect(answer.status).toBe(200);
}, 180_000);

const POST = 'POST /webhooks/local-images HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n';
const GET = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n';

function open(request: string): Socket {
  const socket = connect(Number(new URL(service.base).port), '127.0.0.1');
  socket.on('error', () => undefined); // they are reset
  socket.write(request);
  return socket;
}

async function connected(socket: Socket): Promise<Socket> {
  if (socket.connecting) await once(socket, 'connect');
  return socket;
}

function descriptors(): number {
  return readdirSync(`/proc/${service.pid}/fd`).length;
}
