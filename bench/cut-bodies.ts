/** What a thousand requests whose bodies never arrive leave behind: descriptors and memory. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { benchCrictl } from './node.ts';
import { figure, title } from './report.ts';
import { startService } from './service.ts';

const REQUESTS = 1_000;
/** A request has 60 s to arrive, and the server looks every 6 s. */
const WAIT_MS = 75_000;
const CUT_POST = [
  'POST /webhooks/images HTTP/1.1',
  'Host: localhost',
  'Content-Type: application/json',
  'Content-Length: 1000',
  '',
  '{"half": ',
].join('\r\n');

/** Begins to wait, which takes long but no processor. @returns how to measure at the end */
export async function beginCutBodies(): Promise<() => Promise<void>> {
  const startedAtMs = performance.now();
  const crictl = benchCrictl(1);
  const service = await startService({
    crictlPath: crictl.path,
    webhooks: { invoke_secret: `whsec_${Buffer.alloc(32, 'bench').toString('base64')}` },
  });
  const { port } = new URL(service.url);
  const before = { descriptors: descriptorsOf(service.pid), mb: service.memoryMb() };
  const sockets = await Promise.all(
    Array.from({ length: REQUESTS }, async () => {
      const socket = net.connect(Number(port), '127.0.0.1').on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(CUT_POST);
      return socket;
    }),
  );
  const open = descriptorsOf(service.pid) - before.descriptors;
  return async () => {
    title(`${REQUESTS.toLocaleString('en-US')} requests whose bodies never arrive`);
    await sleep(Math.max(0, startedAtMs + WAIT_MS - performance.now()));
    const left = descriptorsOf(service.pid) - before.descriptors;
    const grownMb = service.memoryMb() - before.mb;
    for (const socket of sockets) socket.destroy();
    await service.stop();
    crictl.cleanup();
    figure({ what: 'descriptors while they wait', value: open, unit: 'more' });
    figure({ what: 'descriptors afterwards', value: left, unit: 'more', atMost: 5 });
    figure({ what: 'memory afterwards', value: grownMb, unit: 'MB' });
  };
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
