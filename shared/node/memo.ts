/** Finished values of a process, kept as long as what they were made from. */
import type { Memo } from '../services.ts';

/** Makes a `Memo` over weak references: nothing is kept past its owner. */
export function createMemo(): Memo {
  const owners = new WeakMap<object, Map<unknown, unknown>>();
  return function memo<T>(owner: object, key: unknown, make: () => T): T {
    let values = owners.get(owner);
    if (values === undefined) {
      values = new Map();
      owners.set(owner, values);
    }
    if (!values.has(key)) values.set(key, make());
    // The key stands for one `make` and so for one type of value.
    return values.get(key) as T;
  };
}
