/** The routes of functions and their declared input: for the OpenAPI document, webhook invocations and `function_urls`. */
import type { Hono } from 'hono';
import type { H } from 'hono/types';
import type { AccessRule } from './access.ts';
import type { FunctionEnv } from './function.ts';
import type { Declared, InputSchemas } from './input.ts';

/** Any function, with any routes. */
export type AnyFunction = Pick<Hono<FunctionEnv>, 'routes'>;

/** One method at one path. */
export interface Route {
  readonly method: string;
  /** As Hono writes it: `/harbor/repositories/:project`. */
  readonly path: string;
  /** As OpenAPI writes it: `/harbor/repositories/{project}`. */
  readonly template: string;
  /** Middleware first, the handler last. */
  readonly handlers: readonly H[];
  /** All that its `input` declares. */
  readonly input: InputSchemas;
}

/** Hono lists each middleware of a route as a separate route. This puts them together. */
export function routesOf(fn: AnyFunction): readonly Route[] {
  const routes = new Map<string, Route>();
  for (const { method, path, handler } of fn.routes) {
    const key = `${method} ${path}`;
    const known = routes.get(key);
    routes.set(key, {
      method,
      path,
      template: pathTemplate(path),
      handlers: [...(known?.handlers ?? []), handler],
      input: { ...known?.input, ...declaredBy(handler) },
    });
  }
  return [...routes.values()];
}

/** The input that a handler declares; undefined if the handler is not an `input`. */
function declaredBy(handler: H): InputSchemas | undefined {
  return (handler as Partial<Declared>).declares;
}

/** Tells whether a handler only checks the request: an access rule, or an `input` without a body. */
export function isCheck(handler: H): boolean {
  const declared = declaredBy(handler);
  if (declared !== undefined) return declared.body === undefined;
  return (handler as Partial<AccessRule>).decidesAccess === true;
}

/** Hono's `/:project/:repository{.+}` as OpenAPI's `/{project}/{repository}`. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}
