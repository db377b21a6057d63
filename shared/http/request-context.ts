/** An HTTP request as the domain sees it. */
import type { RequestContext } from '../ports/request.ts';
import { peerOf } from './base/connection.ts';
import { wantsFresh } from './base/request-headers.ts';
import type { FunctionContext } from './function.ts';

/** The request of a handler, after `may` has found who sent it. */
export function requestOf(c: FunctionContext): RequestContext {
  return {
    id: c.get('requestId'),
    actor: c.get('actor')?.name ?? null,
    peer: peerOf(c) ?? null,
    get signal() {
      return c.req.raw.signal;
    },
    isFresh: wantsFresh(c.req.raw.headers),
    trace: c.get('trace'),
    log: c.get('log'),
  };
}
