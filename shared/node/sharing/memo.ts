/** Keeps finished values as long as the objects that they were made from. */
import type { Memo, MemoKey } from '../../ports/services.ts';

/** Makes a `Memo` with weak references, so that no value outlives an object that it was made from. */
export function createMemo(): Memo {
  const all = createPlace();
  return function memo<Args extends readonly [object, ...MemoKey[]], T>(
    make: (...args: Args) => T,
    ...args: Args
  ): T {
    const [owner, ...others] = args;
    // The owner comes first, so that all that was made from it goes with it.
    const place = [make, ...others].reduce<Place>(placeIn, placeIn(all, owner));
    place.made ??= { value: make(...args) };
    // Places are of one `make`, and so of one type of value.
    return place.made.value as T;
  };
}

/** The value of the arguments that lead to it, and the places of those with one more. */
interface Place {
  made: { readonly value: unknown } | null;
  readonly byObject: WeakMap<object, Place>;
  readonly byValue: Map<MemoKey, Place>;
}

function createPlace(): Place {
  return { made: null, byObject: new WeakMap(), byValue: new Map() };
}

function placeIn({ byObject, byValue }: Place, key: MemoKey): Place {
  const known = isObject(key) ? byObject.get(key) : byValue.get(key);
  if (known !== undefined) return known;
  const place = createPlace();
  if (isObject(key)) byObject.set(key, place);
  else byValue.set(key, place);
  return place;
}

function isObject(key: MemoKey): key is object {
  return (typeof key === 'object' && key !== null) || typeof key === 'function';
}
