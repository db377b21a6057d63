/** An HTTP request as the domain sees it. */
import type { RequestContext } from '../ports/request.ts';
import { peerOf } from './base/connection.ts';
import { wantsFresh } from './base/request-headers.ts';
import type { FunctionContext } from './function.ts';

/** A class, because an object with a getter of its own costs each request several microseconds. */
class HttpRequestContext implements RequestContext {
  readonly id: string;
  readonly actor: string | null;
  readonly peer: string | null;
  readonly isFresh: boolean;
  readonly trace: RequestContext['trace'];
  readonly log: RequestContext['log'];
  readonly #request: Request;

  constructor(c: FunctionContext) {
    this.id = c.get('requestId');
    this.actor = c.get('actor')?.name ?? null;
    this.peer = peerOf(c) ?? null;
    this.isFresh = wantsFresh(c.req.raw.headers);
    this.trace = c.get('trace');
    this.log = c.get('log');
    this.#request = c.req.raw;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** The request of a handler, after `may` has found who sent it. */
export function requestOf(c: FunctionContext): RequestContext {
  return new HttpRequestContext(c);
}
