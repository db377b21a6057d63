/** Starts the Harbor of the soak, and tells it what to do. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { Ends } from './ends.ts';

/** An artifact that is there to be deleted. */
export interface ThrowAway {
  readonly digest: string;
  readonly tag: string;
}

export interface HarborTruth {
  /** The digests of all deletions that were carried out, in their order. */
  readonly deleted: readonly string[];
  /** The digests in the repositories of throw-away artifacts. */
  readonly existing: readonly string[];
}

export type HarborCall = { readonly id: number } & (
  | { readonly what: 'fault'; readonly name: string | null }
  | { readonly what: 'push'; readonly path: string; readonly count: number }
  | { readonly what: 'truth' }
);

/** Without its `id`. */
type Order = HarborCall extends infer Call
  ? Call extends unknown
    ? Omit<Call, 'id'>
    : never
  : never;

export interface SoakHarbor {
  readonly url: string;
  readonly pid: number;
  /** Has this fault from now on; null: none. */
  fault(name: string | null): Promise<void>;
  push(path: string, count: number): Promise<readonly ThrowAway[]>;
  truth(): Promise<HarborTruth>;
}

export interface HarborOptions {
  readonly seed: number;
  /** `project/repository` of throw-away artifacts. */
  readonly repositories: readonly string[];
  readonly ends: Ends;
}

/** @param program the built harbor-program.ts */
export async function startHarbor(
  program: string,
  { seed, repositories, ends }: HarborOptions,
): Promise<SoakHarbor> {
  const child = fork(program, [String(seed), repositories.join(',')]);
  onTestFinished(() => void child.kill('SIGKILL'));
  ends.watch('Harbor', {
    ended: once(child, 'exit').then(([code, signal]) => code ?? signal),
    kill: (signal) => void child.kill(signal),
    stderr: () => '', // it is that of the tests
  });
  const [{ url }] = await once(child, 'message');
  const waiting = new Map<number, (result: unknown) => void>();
  let calls = 0;
  child.on('message', ({ id, result }: { readonly id: number; readonly result: unknown }) => {
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const call = (order: Order): Promise<unknown> => {
    calls += 1;
    child.send({ id: calls, ...order });
    return new Promise((resolve) => waiting.set(calls, resolve));
  };
  return {
    url,
    pid: child.pid ?? Number.NaN,
    fault: async (name) => void (await call({ what: 'fault', name })),
    push: async (path, count) =>
      (await call({ what: 'push', path, count })) as readonly ThrowAway[],
    truth: async () => (await call({ what: 'truth' })) as HarborTruth,
  };
}
