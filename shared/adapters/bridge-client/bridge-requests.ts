/** The requests of the bridge's client: one deadline for all requests of a reading, and problems for failures. */

import type { HostReadOptions } from '../../ports/bridge.ts';
import { BRIDGE_PATH_VERSION } from '../../ports/bridge-bodies.ts';
import {
  type CallEnd,
  observeCall,
  type UpstreamCalls,
} from '../../ports/tracing/upstream-calls.ts';
import { Problem } from '../../values/problem.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { type BridgeAddress, bridgeRefusal, bridgeUnreachable } from './bridge-failure.ts';
import type { BridgeAnswer, BridgeGet } from './bridge-get.ts';

export interface BridgeRequestsOptions extends BridgeAddress {
  /** Base URL without a trailing slash. */
  readonly url: string;
  readonly token: string | null;
  readonly get: BridgeGet;
  /** How long one reading may take, all its requests and their second tries included. */
  readonly timeoutMs: number;
  /** Is told of the calls of readings that name nobody. Default: nobody is. */
  readonly calls?: UpstreamCalls;
}

interface BridgeRequest {
  /** The path without its version: `/images`. */
  readonly path: string;
  /** The ETag of what this client has already. */
  readonly etag?: string | undefined;
  /** True if `take` gets a 404 too. */
  readonly mayBeMissing?: boolean;
}

/** Sends one request and takes its answer, 200 or 304. A request whose connection breaks is sent once more. */
export type AskBridge = <T>(
  request: BridgeRequest,
  take: (answer: BridgeAnswer) => Promise<T>,
) => Promise<T>;

/** Does the work of one reading before its deadline. @throws Problem, or the reason why the caller left */
export type WithinDeadline = <T>(
  call: HostReadOptions,
  work: (ask: AskBridge) => Promise<T>,
) => Promise<T>;

export function createBridgeRequests(options: BridgeRequestsOptions): WithinDeadline {
  return async function withinDeadline(call, work) {
    const left = call.signal?.();
    // A failure of one request ends the others of this reading.
    return withOwnSignal(
      left,
      async (signal) => {
        try {
          return await work(createAsk(call, { left, signal }));
        } catch (err) {
          if (err instanceof Problem) throw err;
          left?.throwIfAborted();
          throw bridgeUnreachable(options, err, signal.aborted);
        }
      },
      options.timeoutMs,
    );
  };

  /** @param signals `left`: the caller leaves; `signal`: the reading ends for any reason */
  function createAsk(
    call: HostReadOptions,
    { left, signal }: { readonly left: AbortSignal | undefined; readonly signal: AbortSignal },
  ): AskBridge {
    const once: AskBridge = (request, take) => {
      const operation = `/v${BRIDGE_PATH_VERSION}${request.path}`;
      const url = options.url + operation;
      const facts = { target: 'bridge', method: 'GET', operation, url, outcomeOf } as const;
      return observeCall(call.calls ?? options.calls, facts, async ({ headers, answered }) => {
        const answer = await options.get(url, {
          headers: { ...headersOf(call, request), ...headers },
          signal,
        });
        const { status } = answer;
        answered(status);
        if (status === 200 || status === 304) return take(answer);
        if (status === 404 && request.mayBeMissing) return take(answer);
        throw await bridgeRefusal(options, answer);
      });
    };

    function outcomeOf(err: unknown): CallEnd['outcome'] {
      if (left?.aborted) return left.reason instanceof Problem ? left.reason.code : 'aborted';
      return bridgeUnreachable(options, err, signal.aborted).code;
    }

    return (request, take) =>
      once(request, take).catch((err: unknown) => {
        if (err instanceof Problem || signal.aborted) throw err;
        return once(request, take); // the bridge restarted, or closed an idle connection at this moment
      });
  }

  function headersOf(
    { fresh, requestId }: HostReadOptions,
    { etag }: BridgeRequest,
  ): Record<string, string> {
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (options.token !== null) headers['Authorization'] = `Bearer ${options.token}`;
    if (requestId !== undefined) headers['X-Request-Id'] = requestId;
    if (etag !== undefined) headers['If-None-Match'] = etag;
    // `fetch` adds no-cache to If-None-Match if there is no Cache-Control (Fetch, HTTP-network-or-cache).
    headers['Cache-Control'] = fresh ? 'no-cache' : 'max-stale';
    return headers;
  }
}
