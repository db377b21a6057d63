/** SIGUSR1, on which Node opens its debugger, at any time of a start command. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort } from '../real/free-port.ts';
import { startProcess } from '../support/processes.ts';

/** The place of SIGUSR1 in the masks of proc_pid_status(5). */
const SIGUSR1 = 1n << 9n;

const config = async () => ({ app_config: { app_port: await freePort() } });
const PROGRAMS = readdirSync(new URL('../../start', import.meta.url));

it.each([0, 5, 20, 60])('opens no debugger, %i ms after Node would', async (waitMs) => {
  const port = await freePort();
  const env = { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` };
  const service = startProcess('single', { config: await config(), env });
  while (!hasHandler(service.pid)) await sleep(1);
  await sleep(waitMs);
  service.kill('SIGUSR1');
  await service.listening;
  service.kill('SIGUSR1');
  await sleep(50);

  expect(await isOpen(port)).toBe(false);
  service.kill('SIGTERM');
  expect(await service.ended).toBe(0);
});

it.each(PROGRAMS)('start/%s sets its handler first', (file) => {
  const source = readFileSync(new URL(`../../start/${file}`, import.meta.url), 'utf8');

  expect(/^import .*$/m.exec(source)?.[0]).toBe("import '../shared/node/system/no-debugger.ts';");
});

/** Tells whether the process catches the signal: before, it would end it. */
function hasHandler(pid: number): boolean {
  const mask = /SigCgt:\s*(\w+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (BigInt(`0x${mask}`) & SIGUSR1) !== 0n;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
  });
}
