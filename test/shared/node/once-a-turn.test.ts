import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { onceATurn } from '../../../shared/node/once-a-turn.ts';

it('reads once for all who ask in one turn of the event loop', async () => {
  let reads = 0;
  const read = onceATurn(() => ++reads);
  await nextTurn();
  expect([read(), read()]).toEqual([1, 1]);
  await Promise.resolve();
  expect(read()).toBe(1);
});

it('reads again in the next turn', async () => {
  let reads = 0;
  const read = onceATurn(() => ++reads);
  expect(read()).toBe(1);
  await nextTurn();
  expect(read()).toBe(2);
});
