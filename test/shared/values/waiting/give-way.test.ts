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

it('lets others run between the slices of work that goes on side by side', async () => {
  let nowMs = 0;
  const giveWay = createGiveWay(() => nowMs);
  let others = 0;
  const other = setInterval(() => others++, 0);
  const seen: number[] = [];
  const work = async () => {
    await giveWay();
    seen.push(others);
    nowMs += 30;
  };
  nowMs += 30;
  await Promise.all([work(), work(), work(), work()]);
  clearInterval(other);
  expect(new Set(seen).size).toBe(4);
});
