import { describe, expect, it } from 'vitest';
import { createRepeatedStates } from '../../../../shared/node/webhooks/repeated-states.ts';

function states(maxKeys = 3) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  return {
    clock,
    isRepeated: createRepeatedStates({ maxKeys, maxAgeMs: 100, now: () => clock.ms }),
  };
}

describe('createRepeatedStates', () => {
  it('recognises the same state, and no other', () => {
    const { isRepeated } = states();
    const seen = [isRepeated('a', '1'), isRepeated('a', '1'), isRepeated('a', '2')];
    expect(seen).toEqual([false, true, false]);
  });

  it('does not recognise a state that comes back after another', () => {
    const { isRepeated } = states();
    const seen = [isRepeated('a', '1'), isRepeated('a', '2'), isRepeated('a', '1')];
    expect(seen).toEqual([false, false, false]);
  });

  it('forgets with time', () => {
    const { clock, isRepeated } = states();
    isRepeated('a', '1');
    clock.ms += 101;
    expect(isRepeated('a', '1')).toBe(false);
  });

  it('keeps the keys that were seen last', () => {
    const { isRepeated } = states(2);
    ['a', 'b', 'a', 'c'].forEach((key) => {
      isRepeated(key, '1');
    });
    expect([isRepeated('a', '1'), isRepeated('b', '1')]).toEqual([true, false]);
  });
});
