/**
 * Properties over bad input. fast-check prints the seed and the path of a failure; `FUZZ_RUNS` raises the number of runs.
 * After each run the prototypes that all values share must be as they were.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import { Problem } from '../../shared/values/problem.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 0);

const PROTOTYPES = [Object, Array, Function, String, Number, Boolean, Map, Set, Promise].map(
  ({ prototype }) => prototype as object,
);
const sharedKeys = () => PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String));
const KEYS_BEFORE = sharedKeys();

/** Fails if anything was added to, or removed from, a prototype. */
export function expectCleanPrototypes(): void {
  const plain: Record<string, unknown> = {};
  expect(Object.keys(plain)).toEqual([]);
  expect(plain['polluted']).toBeUndefined();
  expect(sharedKeys()).toEqual(KEYS_BEFORE);
}

/** Runs a property over inputs. */
export function holds<T>(input: fc.Arbitrary<T>, property: (value: T) => void, runs = 300): void {
  fc.assert(
    fc.property(input, (value) => {
      property(value);
      expectCleanPrototypes();
    }),
    { numRuns: Math.max(runs, RUNS) },
  );
}

/** Runs an asynchronous property over inputs. */
export async function holdsAsync<T>(
  input: fc.Arbitrary<T>,
  property: (value: T) => Promise<void>,
  runs = 100,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(input, async (value) => {
      await property(value);
      expectCleanPrototypes();
    }),
    { numRuns: Math.max(runs, RUNS) },
  );
}

/** The result, or null if the input is refused with a problem that is not `internal`. Any other error is thrown. */
export function unlessRefused<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (err) {
    return refusal(err);
  }
}

/** As `unlessRefused`, of a promise. */
export async function unlessRejected<T>(parse: () => Promise<T>): Promise<T | null> {
  try {
    return await parse();
  } catch (err) {
    return refusal(err);
  }
}

function refusal(err: unknown): null {
  if (!(err instanceof Problem) || err.code === 'internal') throw err;
  expect(err.message.length).toBeLessThan(5000);
  return null;
}
