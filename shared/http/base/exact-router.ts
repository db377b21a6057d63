/** Hono's PatternRouter, without its leniency about slashes. */
import type { ParamIndexMap, Params, Result, Router } from 'hono/router';
import { PatternRouter } from 'hono/router/pattern-router';

/** Marks an empty segment; NUL cannot occur in a request target. */
const EMPTY = '\0';

/**
 * PatternRouter treats `/a/b/` as `/a/b` (honojs/hono#5406): `DELETE …/web/v1/` would delete the tag `v1`
 * of `web`. Here an empty segment counts as a segment: a path with a surplus one matches no route, and a
 * parameter in its place is empty, which is never a valid name.
 */
export class ExactRouter<T> implements Router<T> {
  readonly name = 'ExactRouter';
  readonly #router = new PatternRouter<T>();
  /** The match of each path without parameters; null until asked for. PatternRouter tries every route each time. */
  readonly #literal = new Map<string, Result<T> | null>();

  add(method: string, path: string, handler: T): void {
    this.#router.add(method, path, handler);
    if (!/[:*]/.test(path)) this.#literal.set(`${method} ${path}`, null);
    for (const route of this.#literal.keys()) this.#literal.set(route, null);
  }

  match(method: string, path: string): Result<T> {
    const route = `${method} ${path}`;
    const known = this.#literal.get(route);
    if (known) return known;
    const found = this.#find(method, path);
    if (known === null) this.#literal.set(route, found);
    return found;
  }

  #find(method: string, path: string): Result<T> {
    if (path === '/' || !/\/(?:\/|$)/.test(path)) return this.#router.match(method, path);
    const marked = path.replace(/\/(?=\/|$)/g, `/${EMPTY}`);
    const [found] = this.#router.match(method, marked) as [[T, Params | ParamIndexMap][]];
    return [found.map(([handler, params]) => [handler, withoutMarks(params as Params)])];
  }
}

function withoutMarks(params: Params): Params {
  const entries = Object.entries(params).map(([name, value]) => [
    name,
    value.replaceAll(EMPTY, ''),
  ]);
  return Object.fromEntries(entries) as Params;
}
