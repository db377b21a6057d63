import { expect, it } from 'vitest';
import { createGiveWay } from '../../../../shared/values/waiting/give-way.ts';

it('lets a timer run during long work, and costs short work no time', async () => {
  let nowMs = 0;
  const giveWay = createGiveWay(() => nowMs);
  const order: string[] = [];
  setTimeout(() => order.push('another request'), 0);
  for (const step of ['first step', 'second step', 'third step']) {
    order.push(step);
    nowMs += 15;
    await giveWay();
  }
  expect(order).toEqual(['first step', 'second step', 'another request', 'third step']);
});
