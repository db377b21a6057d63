/** Remembers the last state of each key for some time, to recognise repeats. Correctness does not depend on it. */
import { LRUCache } from 'lru-cache';
import type { IsRepeated } from '../../domain/webhooks/delivery.ts';

/** @param options with more than `maxKeys`, the key that was seen least recently is forgotten */
export function createRepeatedStates(options: {
  readonly maxKeys: number;
  readonly maxAgeMs: number;
  readonly now: () => number;
}): IsRepeated {
  const { maxKeys, maxAgeMs, now } = options;
  const states = new LRUCache<string, string>({
    max: maxKeys,
    ttl: maxAgeMs,
    // Reads the given clock each time; otherwise lru-cache keeps its time by a timer.
    ttlResolution: 0,
    perf: { now },
  });
  return function isRepeated(key, state) {
    const before = states.get(key);
    states.set(key, state);
    return before === state;
  };
}
