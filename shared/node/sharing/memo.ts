/** Keeps finished values as long as the objects that they were made from. */
import type { Memo } from '../../ports/services.ts';

/** Makes a `Memo` with weak references, so that no value outlives its owner, nor its key if that is an object. */
export function createMemo(): Memo {
  const owners = new WeakMap<object, Values>();
  return function memo<T>(owner: object, key: unknown, make: () => T): T {
    let values = owners.get(owner);
    if (values === undefined) {
      values = { byName: new Map(), byObject: new WeakMap() };
      owners.set(owner, values);
    }
    // Each key is used with one `make`, and so with one type of value.
    return (
      typeof key === 'object' && key !== null
        ? keptValue(values.byObject, key, make)
        : keptValue(values.byName, key, make)
    ) as T;
  };
}

interface Values {
  readonly byName: Map<unknown, unknown>;
  readonly byObject: WeakMap<object, unknown>;
}

interface Kept<Key> {
  has(key: Key): boolean;
  get(key: Key): unknown;
  set(key: Key, value: unknown): unknown;
}

function keptValue<Key>(kept: Kept<Key>, key: Key, make: () => unknown): unknown {
  if (!kept.has(key)) kept.set(key, make());
  return kept.get(key);
}
