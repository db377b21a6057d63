/** Connections that their clients never end: the service cuts them by the time limits that it ships with. */
import { connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { clientService } from './client-service.ts';
import { descriptors, peakOf, residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

const EACH = 300;
const POST = 'POST /webhooks/local-images HTTP/1.1\r\nHost: a\r\n';
const GET = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n';

/** What a client sends before it only holds on. It reads nothing. */
const HELD = {
  'a body that does not complete': `${POST}Content-Length: 100\r\n\r\nsome of it`,
  'a chunk that does not complete': `${POST}Transfer-Encoding: chunked\r\n\r\n64\r\nsome of it`,
  'headers that do not complete': 'GET /livez HTTP/1.1\r\nHost: a\r\n',
  nothing: '',
  'one request': 'GET /livez HTTP/1.1\r\nHost: a\r\n\r\n',
  'requests for long answers, of which it reads nothing': GET.repeat(20),
};

it('thousands of held connections are all cut within two minutes, and take little memory', async () => {
  const { port, pid, steady } = await clientService();
  const before = { descriptors: descriptors(pid), mb: residentMb(pid) };
  const client = await steady();
  const sockets = Object.values(HELD).flatMap((sent) =>
    Array.from({ length: EACH }, () => hold(port, sent)),
  );
  const sinceMs = performance.now();
  const peak = peakOf(pid);
  await expect.poll(() => peak.descriptors, { timeout: 60_000 }).toBeGreaterThan(4 * EACH);
  const cut = async () => expect(descriptors(pid)).toBeLessThan(before.descriptors + 20);
  await recovery(`${6 * EACH} held connections, cut by the time limits`, cut, {
    sinceMs,
    withinMs: 150_000,
  });
  const { answers, wrong, slowestMs } = await client.stop();
  process.stdout.write(
    `${peak.descriptors} descriptors, ${Math.round(peak.mb)} MB; of ${answers} answers beside them the slowest took ${slowestMs} ms\n`,
  );
  for (const socket of sockets) socket.destroy();

  expect(wrong).toEqual([]);
  expect(answers).toBeGreaterThan(3);
  expect(peak.mb - before.mb).toBeLessThan(300);
}, 240_000);

function hold(port: number, sent: string): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined); // it is reset
  onTestFinished(() => void socket.destroy());
  socket.pause().write(sent);
  return socket;
}
