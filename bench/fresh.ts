/**
 * One fresh `GET /local-images`, which crictl runs for, against crictl alone, and against the least that a Node
 * process can do with its output.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { type Measured, measure, median, timed } from './measure.ts';
import { quickCrictl } from './node.ts';
import { startProgram } from './program.ts';
import { figure, table, title } from './report.ts';
import { startService } from './service.ts';

const ROWS = 30;
const ROUNDS = 300;

export async function fresh(): Promise<void> {
  title(`One fresh /local-images, ${ROWS} rows, one request at a time`);
  const crictl = quickCrictl(ROWS);
  const service = await startService({ crictlPath: crictl.path });
  const least = await startProgram('crictl-each-time', { crictlPath: crictl.path });
  const shell = startShell(`${crictl.path} images -o json >/dev/null`);
  const [ours, floor] = [await connect(service.url), await connect(least.url)];
  const sides = await measure(
    [
      { name: 'crictl alone, from a shell', run: shell.run },
      { name: 'crictl, JSON and an answer, bare Node', run: () => timed(floor.get) },
      { name: 'service', run: () => timed(ours.get) },
    ],
    { rounds: ROUNDS, warmUp: true },
  );
  shell.stop();
  ours.close();
  floor.close();
  await Promise.all([service.stop(), least.stop()]);
  crictl.cleanup();
  table(sides, 'ms');
  const [alone, bare, own] = sides;
  figure({
    what: 'a fresh answer over crictl alone',
    value: over(own, alone),
    unit: 'ms',
    atMost: 3,
  });
  figure({ what: 'of it, what bare Node needs', value: over(bare, alone), unit: 'ms' });
  figure({ what: 'of it, what the service adds', value: over(own, bare), unit: 'ms' });
}

/** The median of the differences of each round. */
function over(above: Measured | undefined, below: Measured | undefined): number {
  return median((above?.samples ?? []).map((value, round) => value - (below?.samples[round] ?? 0)));
}

/** A shell that runs the command when it is told to, and says how long that took. */
function startShell(command: string) {
  const loop = `while read -r _; do a=\${EPOCHREALTIME/[.,]/}; ${command}; b=\${EPOCHREALTIME/[.,]/}; echo $((b-a)); done`;
  const shell = spawn('bash', ['-c', loop], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: shell.stdout })[Symbol.asyncIterator]();
  return {
    run: async (): Promise<number> => {
      shell.stdin.write('\n');
      return Number((await lines.next()).value) / 1000;
    },
    stop: () => shell.stdin.end(),
  };
}

/** A kept connection without a client library, which would be measured, too. */
async function connect(url: string) {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  await once(socket, 'connect');
  const request =
    'GET /local-images HTTP/1.1\r\nHost: localhost\r\nCache-Control: no-cache\r\n\r\n';
  return {
    get: async (): Promise<void> => {
      socket.write(request);
      let received = '';
      while (!isWhole(received)) received += String((await once(socket, 'data'))[0]);
      if (!received.startsWith('HTTP/1.1 200 ')) throw new Error(received);
    },
    close: () => socket.destroy(),
  };
}

/** The answers have a length, and only ASCII. */
function isWhole(received: string): boolean {
  const end = received.indexOf('\r\n\r\n');
  const [, length = 'NaN'] = /\r\ncontent-length: (\d+)/i.exec(received) ?? [];
  return end > 0 && received.length >= end + 4 + Number(length);
}
