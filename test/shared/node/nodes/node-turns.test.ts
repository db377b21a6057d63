import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createNodeTurns } from '../../../../shared/node/nodes/node-turns.ts';

/** Runs this many pieces of work, each as long as `ms`. @returns the most that began before another ended */
async function mostAtOnce(count: number, ms: number, concurrency: number) {
  const inTurn = createNodeTurns({ concurrency, timeoutMs: 1000, count: () => count });
  const signal = new AbortController().signal;
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await wait(ms);
    running -= 1;
  };
  await Promise.all(Array.from({ length: count }, () => inTurn(work, signal)));
  return most;
}

describe('the turns of nodes', () => {
  it('are so many at a time', async () => {
    expect(await mostAtOnce(20, 1, 4)).toBe(4);
  });

  it('pass on from work that takes long', async () => {
    expect(await mostAtOnce(8, 600, 4)).toBeGreaterThan(4);
  });

  it('give the failure of the work, and the reason of a caller who left before', async () => {
    const inTurn = createNodeTurns({ concurrency: 1, timeoutMs: 1000, count: () => 1 });
    const gone = new AbortController();
    const failing = inTurn(() => Promise.reject(new Error('failed')), gone.signal);
    await expect(failing).rejects.toThrow('failed');
    gone.abort(new Error('left'));
    await expect(inTurn(async () => 1, gone.signal)).rejects.toThrow('left');
  });
});
