/** Many clients that ask for long lists at once, and read slowly, take no more memory than one list. */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { atEndOfTests } from '../support/folder.ts';
import { startLargeWorld } from './large-world.ts';
import { residentMb } from './process-state.ts';
import { recovery } from './recovery.ts';

const HEAP_MB = 192;
const ROWS = 28_000;
const atEnd = atEndOfTests();
let url = '';
let pid = 0;
let ended: Promise<unknown>;

beforeAll(async () => {
  ({ url, pid, ended } = await startLargeWorld({
    atEnd,
    nodeOptions: `--max-old-space-size=${HEAP_MB}`,
  }));
  await (await fetch(`${url}/harbor/unused`)).arrayBuffer();
});

const POLICY = JSON.stringify({ policy: { tags: ['none'] } });
const plan = () =>
  fetch(`${url}/harbor/cleanup?verbose=true`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: POLICY,
  });

it.each<[string, number, () => Promise<Response>, string]>([
  ['a list', 150, () => fetch(`${url}/harbor/unused`), 'artifacts'],
  ['a search', 150, () => fetch(`${url}/harbor/unused?q=repository`), 'artifacts'],
  ['an age', 150, () => fetch(`${url}/harbor/unused?older_than=1h`), 'artifacts'],
  ['a long plan', 40, plan, 'kept'],
])(
  '%s for %d clients at once is whole for each, or overloaded',
  async (what, count, ask, member) => {
    await sleep(1000); // the client learns which connections have been closed
    const before = residentMb(pid);
    let peak = 0;
    const look = setInterval(() => (peak = Math.max(peak, residentMb(pid))), 50);
    onTestFinished(() => clearInterval(look));
    const answers = await Promise.all(
      Array.from({ length: count }, async () => {
        const answer = await ask();
        if (answer.status !== 200) return ((await answer.json()) as { code: string }).code;
        // To parse 150 of them would take most of the time.
        const [, rows = ''] = (await answer.text()).split(`"${member}":`);
        return rows.split('"digest":').length > ROWS && /\}\s*$/.test(rows);
      }),
    );
    process.stdout.write(
      `${what}: ${Math.round(peak - before)} MB more for ${count} clients, ${answers.filter((one) => one === true).length} whole\n`,
    );
    expect(new Set(answers.filter((one) => one !== true && one !== 'overloaded'))).toEqual(
      new Set(),
    );
    expect(answers).toContain(true);
    expect(peak - before).toBeLessThan(300);
  },
);

it('slow readers of a list hold it once', async () => {
  const before = residentMb(pid);
  const sockets = Array.from({ length: 100 }, () => slowReader('/harbor/unused?q=repository'));
  await eventually(() =>
    expect(sockets.filter(({ bytesRead }) => bytesRead > 0)).toHaveLength(100),
  );
  await sleep(3000); // they are given as much as they take
  const taken = residentMb(pid) - before;
  for (const socket of sockets) socket.destroy();
  await recovery('100 slow readers of a long list', async () => {
    expect((await fetch(`${url}/harbor/unused?q=repository`)).status).toBe(200);
  });
  process.stdout.write(`100 slow readers: ${Math.round(taken)} MB more\n`);
  expect(taken).toBeLessThan(150);
  expect(await Promise.race([ended, 'runs'])).toBe('runs');
});

/** A client that asks, and then reads no more than the first bytes. */
function slowReader(path: string): Socket {
  const { port, host } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1', () => {
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  });
  socket.once('data', () => socket.pause());
  onTestFinished(() => void socket.destroy());
  return socket;
}
