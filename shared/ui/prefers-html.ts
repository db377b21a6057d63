/** Whether an answer is a page or JSON. */
import { accepts } from 'hono/accepts';
import type { FunctionContext } from '../http/function.ts';

const TYPES = ['text/html', 'application/json'];

/** Whether a client prefers HTML to JSON. A browser does; curl, which accepts anything, does not. */
export function prefersHtml(c: FunctionContext): boolean {
  const options = { header: 'Accept', supports: TYPES, default: 'application/json' } as const;
  return accepts(c, { ...options, supports: TYPES }) === 'text/html';
}
