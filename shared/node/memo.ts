/** Keeps finished values as long as the objects that they were made from. */
import type { Memo } from '../services.ts';

/** Makes a `Memo` with weak references, so that no value outlives its owner. */
export function createMemo(): Memo {
  const owners = new WeakMap<object, Map<unknown, unknown>>();
  return function memo<T>(owner: object, key: unknown, make: () => T): T {
    let values = owners.get(owner);
    if (values === undefined) {
      values = new Map();
      owners.set(owner, values);
    }
    if (!values.has(key)) values.set(key, make());
    // Each key is used with one `make`, and so with one type of value.
    return values.get(key) as T;
  };
}
