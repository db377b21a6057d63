import { describe, expect, it } from 'vitest';
import { createRecentStates } from '../../../shared/node/repeated-states.ts';

function states(maxKeys = 3) {
  const clock = { ms: 0 };
  return { clock, isRepeated: createRecentStates({ maxKeys, maxAgeMs: 100, now: () => clock.ms }) };
}

describe('createRecentStates', () => {
  it('knows a state again, and no other one', () => {
    const { isRepeated } = states();
    const seen = [isRepeated('a', '1'), isRepeated('a', '1'), isRepeated('a', '2')];
    expect(seen).toEqual([false, true, false]);
  });

  it('takes a state that comes back for news', () => {
    const { isRepeated } = states();
    const seen = [isRepeated('a', '1'), isRepeated('a', '2'), isRepeated('a', '1')];
    expect(seen).toEqual([false, false, false]);
  });

  it('forgets with time', () => {
    const { clock, isRepeated } = states();
    isRepeated('a', '1');
    clock.ms = 101;
    expect(isRepeated('a', '1')).toBe(false);
  });

  it('keeps a bounded number of keys, the latest', () => {
    const { isRepeated } = states(2);
    ['a', 'b', 'a', 'c'].forEach((key) => {
      isRepeated(key, '1');
    });
    expect([isRepeated('a', '1'), isRepeated('b', '1')]).toEqual([true, false]);
  });
});
