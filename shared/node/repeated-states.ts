/** A bounded memory of what was seen lately: for recognising repeats, never for correctness. */

/** Whether `key` was seen in the same state lately; notes that it is in that state now. */
export type RecentStates = (key: string, state: string) => boolean;

/**
 * @param options `maxKeys`: past it the key that was seen least recently is forgotten; `maxAgeMs`:
 *   how long "lately" is
 */
export function createRecentStates(options: {
  readonly maxKeys: number;
  readonly maxAgeMs: number;
  readonly now: () => number;
}): RecentStates {
  const { maxKeys, maxAgeMs, now } = options;
  // Maps keep the order of insertion, so the first key is the one seen least recently.
  const known = new Map<string, { readonly state: string; readonly seenAtMs: number }>();
  return function isRepeated(key, state) {
    const before = known.get(key);
    const seenAtMs = now();
    known.delete(key);
    known.set(key, { state, seenAtMs });
    for (const oldest of known.keys()) {
      if (known.size <= maxKeys) break;
      known.delete(oldest);
    }
    return before?.state === state && seenAtMs - before.seenAtMs <= maxAgeMs;
  };
}
