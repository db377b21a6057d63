/** slowhttptest in its three modes at once, and thousands of idle connections, beside a client that behaves. */
import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { promisify, stripVTControlCharacters } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { clientService } from './client-service.ts';
import { descriptors, peakOf, residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

const execute = promisify(execFile);
const CONNECTIONS = 1000;
const IDLE = 5000;
const SECONDS = 25;

const MODES = {
  headers: ['-H', '-i', '3'],
  body: ['-B', '-i', '3', '-s', '8192', '-x', '10'],
  // 32 bytes every three seconds, through a small window, of three answers.
  read: ['-X', '-n', '3', '-w', '512', '-y', '1024', '-z', '32', '-k', '3'],
} as const;

it('slow headers, slow bodies and slow readers, 1,000 of each, and 5,000 idle connections are borne', async () => {
  const { url, port, pid, steady } = await clientService();
  const before = { descriptors: descriptors(pid), mb: residentMb(pid) };
  const client = await steady();
  const idle = Array.from({ length: IDLE }, () => hold(port));
  const attacks = [
    slowhttptest(MODES.headers, `${url}/livez`),
    slowhttptest(MODES.body, `${url}/webhooks/local-images`),
    slowhttptest(MODES.read, `${url}/openapi.json`),
  ];
  const peak = peakOf(pid);
  const seen = await Promise.all(attacks);
  const sinceMs = performance.now();
  for (const socket of idle) socket.destroy();
  const backToNormal = async () => expect(descriptors(pid)).toBeLessThan(before.descriptors + 20);
  await recovery('8,000 connections that only hold on', backToNormal, { sinceMs });
  const { answers, wrong, slowestMs } = await client.stop();
  process.stdout.write(
    `${peak.descriptors} descriptors, ${Math.round(peak.mb)} MB; of ${answers} answers beside them the slowest took ${slowestMs} ms\n`,
  );

  expect(wrong).toEqual([]);
  expect(answers).toBeGreaterThanOrEqual(3);
  for (const { connections, isAvailable } of seen) {
    expect(connections).toBeGreaterThan(0.9 * CONNECTIONS);
    expect(isAvailable).toBe(true);
  }
  // Slow connections come and go. All that are idle are open beside them at one moment.
  expect(peak.descriptors).toBeGreaterThan(IDLE + CONNECTIONS / 2);
  expect(peak.mb - before.mb).toBeLessThan(400);
});

/** Runs it for its time. @returns how many connections it made, and whether the service always answered it */
async function slowhttptest(mode: readonly string[], url: string) {
  const options = ['-c', String(CONNECTIONS), '-r', '250', '-l', String(SECONDS), '-p', '60'];
  const { stdout } = await execute('nice', ['slowhttptest', ...mode, ...options, '-u', url]);
  // It prints these every five seconds. One that was made is open, or closed by now.
  const text = stripVTControlCharacters(stdout);
  const made = [...text.matchAll(/^connected: +(\d+)[\s\S]*?^closed: +(\d+)/gm)];
  return {
    connections: Math.max(...made.map(([, open, closed]) => Number(open) + Number(closed))),
    isAvailable: !/^service available: +NO/m.test(text),
  };
}

/** A connection that sends nothing. */
function hold(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined); // it is reset
  onTestFinished(() => void socket.destroy());
  return socket;
}
