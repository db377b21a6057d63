/** Tells whether an answer is a page or JSON. */
import { accepts } from 'hono/accepts';
import type { FunctionContext } from '../http/function.ts';

/** Tells whether a client prefers HTML to JSON. A browser does; curl, which accepts anything, does not. */
export function prefersHtml(c: FunctionContext): boolean {
  const supports = ['text/html', 'application/json'];
  return accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/html';
}
