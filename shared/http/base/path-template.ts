/** The template of a path. */

/** Hono's `/:project/:repository{.+}` as OpenAPI's `/{project}/{repository}`. */
export function pathTemplate(path: string): string {
  return path.replace(/:(\w+)(?:\{[^}]*\})?/g, '{$1}');
}
