/** Parts of a process that are loaded when they are first needed, because a first answer does not need them. */

/** A part that is made once, when it is first asked for. */
export interface Lazy<T> {
  (): Promise<T>;
  /** The part if somebody has asked for it, so that a stop does not make it; null otherwise. */
  readonly begun: () => Promise<T> | null;
}

/** @param make loads the modules of the part with `import()`, and makes it. After a failure it is asked again. */
export function lazily<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | null = null;
  const ask = (): Promise<T> => {
    made ??= make().catch((err: unknown) => {
      made = null;
      throw err;
    });
    return made;
  };
  return Object.assign(ask, { begun: () => made });
}
