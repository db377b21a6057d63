/**
 * Calls to Harbor's API within the limits of a session, with one retry after temporary failures. Not p-retry (4 KB in each
 * bundle): the pause depends on the failure, so it would still be ours, and without it the one retry is one call.
 */

import { Problem } from '../../../values/problem.ts';
import { createLimit, type Limit } from '../../../values/waiting/limit.ts';
import { type CallName, HarborProblem, isRefused, isSlow } from './failure.ts';
import type { CallOrigin, ResolvedOptions } from './options.ts';
import { REMEMBERED_MS, type Refusals } from './refusals.ts';
import { createSender, type HarborAnswer, type HarborRequest } from './send.ts';
import { harborPaths } from './url.ts';

export interface CallRequest extends HarborRequest {
  /** Cancels the call while it waits for its turn, but not after it is sent. For calls without `signal`. */
  readonly unsentSignal?: AbortSignal;
  /** Runs when it is the call's turn. If it rejects, nothing is sent. */
  readonly beforeSend?: () => Promise<void>;
  /** Reads are retried once after temporary failures. `unless slow`: not after a timeout, because smaller pages help more. */
  readonly retry?: 'unless slow' | 'never';
  /** Set for calls that Harbor answers only to a valid login: success clears a remembered refusal. */
  readonly provesLogin?: true;
  /** Does not wait for other sessions, and is never `overloaded`. */
  readonly unlimited?: true;
}

interface CallAnswer extends HarborAnswer {
  /** The first answer refused the login, and the second accepted it. */
  readonly acceptedOnRetry: boolean;
}

/** The common state of the calls of one session. */
export interface Caller {
  readonly options: ResolvedOptions;
  readonly anonymous: boolean;
  /** @throws Problem harbor_*, overloaded, unsupported_here; or the signal's reason */
  call(request: CallRequest): Promise<CallAnswer>;
}

/** A login stays locked for 1.5 s after a wrong password (goharbor/harbor#22336). */
const LOGIN_PAUSE_MS = 2000;
const OUTAGE_PAUSE_MS = 500;

/**
 * Makes a caller of one session. It does not outlive the session.
 * @param shared limit of calls that all sessions share
 */
export function createCaller(options: ResolvedOptions, origin: CallOrigin, shared?: Limit): Caller {
  const limit = createLimit({ concurrency: options.concurrency, waiting: Infinity }); // of one request
  const send = createSender(options, origin);
  const refusals = options.shared?.refusals;

  const limited = (base: string, request: CallRequest): Promise<HarborAnswer> => {
    const work = async () => {
      await request.beforeSend?.();
      return send(base, request);
    };
    const waiting = request.signal ?? request.unsentSignal;
    const isShared = shared !== undefined && !request.unlimited;
    return limit(() => (isShared ? shared(work, waiting) : work()), waiting);
  };

  async function ask(base: string, request: CallRequest): Promise<CallAnswer> {
    try {
      return { ...(await limited(base, request)), acceptedOnRetry: false };
    } catch (err) {
      const pauseMs = pauseBefore(request, err, refusals);
      if (pauseMs === null || (request.retry === 'unless slow' && isSlow(err))) throw err;
      await options.sleep(pauseMs, request.signal);
      return { ...(await limited(base, request)), acceptedOnRetry: pauseMs === LOGIN_PAUSE_MS };
    }
  }

  /**
   * The problem of a refused login, unless Harbor's lists fail too: without its database Harbor refuses every login
   * (docs/harbor.md#zeros-and-nulls-that-are-not-true). Only the lists then show the reason.
   */
  async function withLists(
    base: string,
    request: CallRequest,
    refusal: HarborProblem,
  ): Promise<HarborProblem> {
    const { signal, timeoutMs } = request;
    const list: CallRequest = {
      method: 'GET',
      path: harborPaths.projects(),
      query: { page: '1', page_size: '1' },
      anonymous: true,
      unlimited: true,
      ...(signal && { signal }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    try {
      await limited(base, list);
      return refusal;
    } catch (err) {
      if (isRefused(err)) return refusal;
      if (!(err instanceof HarborProblem)) throw err;
      refusals?.failing();
      const what = `${err.what} Meanwhile it refuses every login.`;
      return new HarborProblem(request, err.code, what, { facts: refusal.facts, cause: err });
    }
  }

  return {
    options,
    anonymous: options.username === '',
    async call(request) {
      const base = reachable(options);
      const usesLogin = !request.anonymous && options.username !== '';
      // An outcome must be determined even if that sends a refused password again.
      const refused = usesLogin && !request.unlimited ? refusals?.recent() : undefined;
      if (refused !== undefined) {
        throw await withLists(base, request, notSentAgain(request, refused, options));
      }
      try {
        const answer = await ask(base, request);
        if (request.provesLogin) refusals?.accepted();
        return answer;
      } catch (err) {
        if (!isRefused(err) || !isHarborsAnswer(request, err)) throw err;
        const problem = await withLists(base, request, err);
        if (usesLogin && problem === err) refusals?.refused(err);
        throw problem;
      }
    },
  };
}

/** A HEAD has no body. Any other answer of Harbor has its codes, and without them a proxy answered. */
function isHarborsAnswer({ method }: CallRequest, { facts }: HarborProblem): boolean {
  return method === 'HEAD' || facts.codes.length > 0;
}

/** The pause before a retry; null: no retry. Only for reads, and only after temporary failures. */
function pauseBefore(
  { method, retry }: CallRequest,
  err: unknown,
  refusals: Refusals | undefined,
): number | null {
  if (method === 'DELETE' || retry === 'never' || !(err instanceof HarborProblem)) return null;
  if (err.facts.isOutage) return OUTAGE_PAUSE_MS;
  return isRefused(err) && !refusals?.isUnresolved() ? LOGIN_PAUSE_MS : null;
}

/** The problem of a call that is not sent, because Harbor refused the login of an earlier one. */
function notSentAgain(call: CallName, cause: HarborProblem, { settings }: ResolvedOptions) {
  const what =
    `Check ${settings.username} and ${settings.password}. ` +
    `Harbor refused the login less than ${REMEMBERED_MS / 1000} s ago, so it was not sent again.`;
  return new HarborProblem(call, cause.code, what, { facts: { sent: false }, cause });
}

/** The base URL, if Harbor is configured and this runtime supports the options. */
function reachable({ host, unsupported, settings }: ResolvedOptions): string {
  if (host === null) {
    throw new Problem(
      'harbor_not_configured',
      `Set ${settings.host} (and ${settings.username}, ${settings.password}) to your Harbor.`,
    );
  }
  if (unsupported !== undefined && unsupported !== null) {
    throw new Problem(
      'unsupported_here',
      `This runtime does not support ${unsupported}. ` +
        'Use a certificate from a public authority for Harbor, or run the service on Node.',
    );
  }
  return host;
}
