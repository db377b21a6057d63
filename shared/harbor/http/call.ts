/** Calls to Harbor's API within the limits of a session, with one retry for what may pass. */
import { Problem } from '../../problem.ts';
import { createLimit } from '../limit.ts';
import type { ResolvedOptions } from '../options.ts';
import { HarborProblem, isSlow } from './failure.ts';
import { createSender, type HarborAnswer, type HarborRequest } from './send.ts';

export interface CallRequest extends HarborRequest {
  /** Ends the call while it waits for its turn, and not once it is sent. For calls without `signal`. */
  readonly unsentSignal?: AbortSignal;
  /** Runs when the call's turn has come. When it rejects, nothing is sent. */
  readonly beforeSend?: () => Promise<void>;
  /**
   * Reads are asked once more for what may pass. `unless slow`: not for slowness once Harbor has
   * answered anything, since smaller pages help more.
   */
  readonly retry?: 'unless slow' | 'never';
}

export interface CallAnswer extends HarborAnswer {
  /** The first answer refused the login, the second took it. */
  readonly doubted: boolean;
}

/** What the calls of one session share. */
export interface Caller {
  readonly options: ResolvedOptions;
  readonly anonymous: boolean;
  /** @throws Problem harbor_*, overloaded, unsupported_here; or the signal's reason */
  call(request: CallRequest): Promise<CallAnswer>;
  /** How often Harbor itself has answered so far: tells a slow list from a Harbor that hangs. */
  answers(): number;
}

/** A login stays locked for 1.5 s after a wrong password (goharbor/harbor#22336). */
const LOGIN_PAUSE_MS = 2000;
const OUTAGE_PAUSE_MS = 500;

/** Makes the caller of one session. Nothing of it outlives that session. */
export function createCaller(options: ResolvedOptions, requestId: string): Caller {
  const limit = createLimit({ concurrency: options.concurrency });
  const { send, answers } = createSender(options, requestId);

  const limited = (base: string, request: CallRequest): Promise<HarborAnswer> => {
    const { limit: shared } = options;
    const work = async () => {
      await request.beforeSend?.();
      return send(base, request);
    };
    const waiting = request.signal ?? request.unsentSignal;
    return limit(() => (shared === undefined ? work() : shared(work, waiting)), waiting);
  };

  return {
    options,
    anonymous: options.username === '',
    answers,
    async call(request) {
      const base = reachable(options);
      try {
        return { ...(await limited(base, request)), doubted: false };
      } catch (err) {
        const pauseMs = pauseBefore(request, err);
        const smallerHelps = request.retry === 'unless slow' && isSlow(err) && answers() > 0;
        if (pauseMs === null || smallerHelps) throw err;
        await options.sleep(pauseMs, request.signal);
        return { ...(await limited(base, request)), doubted: pauseMs === LOGIN_PAUSE_MS };
      }
    },
  };
}

/** How long to wait before asking once more; null: never. A read only, and only what may pass. */
function pauseBefore({ method, retry }: CallRequest, err: unknown): number | null {
  if (method === 'DELETE' || retry === 'never' || !(err instanceof HarborProblem)) return null;
  if (err.facts.transient === 'login') return LOGIN_PAUSE_MS;
  return err.facts.transient === 'outage' ? OUTAGE_PAUSE_MS : null;
}

/** The base URL, when Harbor is configured and this runtime can do what the options ask. */
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
      `This runtime cannot honour ${unsupported}. ` +
        'Give Harbor a certificate of a public authority, or run the service on Node.',
    );
  }
  return host;
}
