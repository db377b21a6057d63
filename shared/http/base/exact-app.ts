/** Apps whose paths match as they were sent. */
import type { Env, Hono } from 'hono';
import { HonoBase } from 'hono/hono-base';
import { sentPath } from './connection.ts';
import { ExactRouter } from './exact-router.ts';

/** An app without routes yet. `HonoBase`, because `Hono` would bundle two routers that are never used. */
export function exactApp<E extends Env>(): Hono<E> {
  return new HonoBase<E>({
    router: new ExactRouter(),
    // Hono's own getPath decodes some escapes before routing.
    getPath: (request, options) => sentPath(request, options?.env),
  });
}
