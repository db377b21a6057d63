/** Notices when a process ends that the soak has not ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProcess } from '../../support/processes.ts';

export interface Ends {
  /** Waits for `work`. Rejects when a process ends by itself, with how it ended and the end of its stderr. */
  during<T>(work: Promise<T>): Promise<T>;
  /** @returns the process */
  watch<P extends WatchedProcess>(name: string, process: P): P;
  /** Ends a process, and waits until it has ended. @returns how it ended */
  end(process: WatchedProcess, signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

type WatchedProcess = Pick<RunningProcess, 'ended' | 'kill' | 'stderr'>;

/** Others notice an end before this process has read all output. */
const NOTICED_MS = 1000;

export function watchEnds(): Ends {
  const endedByUs = new WeakSet<WatchedProcess>();
  let fail = (_: Error): void => undefined;
  const unexpected = new Promise<never>((_, reject) => {
    fail = reject;
  });
  unexpected.catch(() => undefined); // all processes end with the test, when nothing waits for this
  return {
    during: (work) =>
      Promise.race([unexpected, work]).catch(async (err: unknown) => {
        await Promise.race([unexpected, sleep(NOTICED_MS)]); // what ended explains more than `err`
        throw err;
      }),
    watch(name, process) {
      void process.ended.then((how) => {
        if (endedByUs.has(process)) return;
        fail(new Error(`${name} has ended with ${how}:\n${process.stderr().slice(-8000)}`));
      });
      return process;
    },
    async end(process, signal) {
      endedByUs.add(process);
      process.kill(signal);
      return await process.ended;
    },
  };
}
