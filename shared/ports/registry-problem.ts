/** The problem of a call to the registry, and what it says does not exist. */
import { Problem } from '../values/problem.ts';

/** The thing that does not exist, according to the registry. `path`: the registry does not have the route. */
export type Missing = 'artifact' | 'repository' | 'project' | 'tag' | 'path';

/** A failed call to the registry. */
export abstract class RegistryProblem extends Problem {
  /** The thing that is missing; null if the registry did not say that something is. */
  abstract readonly missing: Missing | null;
}

/** Tells whether `err` says that one of `things` is not in the registry. */
export function isMissing(err: unknown, ...things: readonly Missing[]): boolean {
  return err instanceof RegistryProblem && err.missing !== null && things.includes(err.missing);
}
