/**
 * The headers of an answer from elsewhere that decide what a browser or cache makes of it. The router sends those that
 * its own functions send, whatever another server says at the URL of a function.
 */
import type { FunctionName } from '../../values/configuration/configuration.ts';
import { PROBLEM_TYPE } from '../base/answer.ts';

export const EVENTS = 'text/event-stream';
export const HTML = 'text/html; charset=utf-8';
const TEXT = 'text/plain; charset=utf-8';

/** The types of every function. */
const TYPES = ['application/json', PROBLEM_TYPE, EVENTS];
/** The types that only some functions have. */
const OTHER_TYPES: Partial<Record<FunctionName, readonly string[]>> = {
  ui: [HTML, 'text/css; charset=utf-8', 'text/javascript; charset=utf-8'],
  health: [TEXT],
  'webhook-invoke': [TEXT], // it calls `health` too
  metrics: [
    'text/plain; version=0.0.4; charset=utf-8',
    'application/openmetrics-text; version=1.0.0; charset=utf-8',
  ],
};

/** A link of a list to another slice of it (RFC 8288). */
const SLICE = /^<([^<>?]*)\?[^<>]*>; rel="(?:first|prev|next|last)"$/;

/** The type as this service writes it; null if a function of that name does not answer with such a type. */
export function ownType(name: FunctionName, given: string): string | null {
  const wanted = essenceOf(given);
  const types = [...TYPES, ...(OTHER_TYPES[name] ?? [])];
  return types.find((type) => essenceOf(type) === wanted) ?? null;
}

/** Replaces `Content-Type` and `Cache-Control`, and removes links and challenges that are not those of a function. */
export function setOwnHeaders(
  headers: Headers,
  asked: { readonly name: FunctionName; readonly method: string; readonly path: string },
): void {
  const type = ownType(asked.name, headers.get('content-type') ?? '');
  if (type === null) headers.delete('content-type');
  else headers.set('content-type', type);
  headers.set('cache-control', ownCaching(headers, asked));
  if (!hasOwnLinks(headers.get('link') ?? '', asked.path)) headers.delete('link');
  // Any other scheme would make a browser ask for a password.
  const challenge = headers.get('www-authenticate') ?? '';
  if (!/^(?:Bearer|Webhook-Signature|Cookie )/.test(challenge)) headers.delete('www-authenticate');
}

/** Assets of pages may be kept, because their names contain their hash. */
function ownCaching(
  headers: Headers,
  { name, method, path }: Parameters<typeof setOwnHeaders>[1],
): string {
  const given = headers.get('cache-control') ?? '';
  if (name === 'ui' && path.startsWith('/ui/assets/') && /^public,|^no-cache$/.test(given)) {
    return given;
  }
  const isRead = method === 'GET' || method === 'HEAD';
  const isKept = isRead && headers.get('content-type') !== PROBLEM_TYPE;
  return isKept && !given.includes('no-store') ? 'private, no-cache' : 'no-store';
}

function hasOwnLinks(links: string, path: string): boolean {
  return links.split(', ').every((link) => SLICE.exec(link)?.[1] === path);
}

function essenceOf(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}
