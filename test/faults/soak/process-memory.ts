/** The memory of a process that was started with `--inspect`, once its heap has settled. */
import { once } from 'node:events';
import { WebSocket } from 'undici';
import { eventually } from '../../support/eventually.ts';
import type { RunningProcess } from '../../support/processes.ts';
import { descriptors, residentMb } from '../process-state.ts';

export interface ProcessMemory {
  /** Used heap and buffers after a full collection. */
  readonly usedMb: number;
  readonly residentMb: number;
  readonly descriptors: number;
}

const USED = 'const { heapUsed, external } = process.memoryUsage(); heapUsed + external';

/** Collects its garbage and measures. Without the connection that it takes for that. */
export async function memoryOf({ pid, stderr }: RunningProcess): Promise<ProcessMemory> {
  const open = descriptors(pid);
  const url = await eventually(() => {
    const [found] = /ws:\/\/\S+/.exec(stderr()) ?? [];
    if (found === undefined) throw new Error('it cannot be inspected');
    return found;
  });
  const socket = new WebSocket(url);
  const closed = once(socket, 'close');
  // A process that is killed closes it, and then no other event comes.
  const next = (event: 'open' | 'message') =>
    Promise.race([
      once(socket, event),
      closed.then(() => {
        throw new Error(`process ${pid} has ended`);
      }),
    ]);
  await next('open');
  let calls = 0;
  const call = async (method: string, params: object = {}): Promise<unknown> => {
    calls += 1;
    const answered = next('message');
    socket.send(JSON.stringify({ id: calls, method, params }));
    const [{ data }] = await answered;
    return JSON.parse(String(data)).result;
  };
  try {
    await call('HeapProfiler.collectGarbage');
    const { result } = (await call('Runtime.evaluate', {
      expression: `{ ${USED} }`,
      returnByValue: true,
    })) as { readonly result: { readonly value: number } };
    return { usedMb: result.value / 2 ** 20, residentMb: residentMb(pid), descriptors: open };
  } finally {
    socket.close();
    await closed;
  }
}
