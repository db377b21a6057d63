import { describe, expect, it } from 'vitest';
import { createMemo } from '../../../../shared/node/sharing/memo.ts';

/** Makes another object at each call. */
const pairOf = (rows: readonly string[], ...others: readonly unknown[]) => ({ rows, others });

const ROWS = ['a', 'b'];

describe('createMemo', () => {
  it('makes a value once for the same arguments', () => {
    const memo = createMemo();
    expect(memo(pairOf, ROWS, 'gone', ROWS)).toBe(memo(pairOf, ROWS, 'gone', ROWS));
    expect(memo(pairOf, ROWS)).toEqual({ rows: ROWS, others: [] });
  });

  it.each([
    ['another text', ['gone'], ['ok']],
    ['a text instead of nothing', [], ['undefined']],
    ['undefined instead of nothing', [], [undefined]],
    ['another equal object', [{}], [{}]],
    ['one more', ['gone'], ['gone', true]],
    ['a value of another type', [1], ['1']],
  ])('makes another value for %s', (_title, before, now) => {
    const memo = createMemo();
    memo(pairOf, ROWS, ...before);
    expect(memo(pairOf, ROWS, ...now)).toEqual({ rows: ROWS, others: now });
  });

  it('serves no function the value of another', () => {
    const memo = createMemo();
    const filterBy = (text: string) =>
      memo((rows: readonly string[]) => rows.filter((row) => row === text), ROWS);
    expect([filterBy('a'), filterBy('b')]).toEqual([['a'], ['b']]);
  });
});
