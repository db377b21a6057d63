/**
 * A client of Harbor's API v2.0. It knows its own options and nothing of the program that uses it.
 * The operations are functions on a session (`listProjects(session)`, …), so that a bundle holds
 * only those that it calls.
 */
import { createCaller } from './http/call.ts';
import { type HarborOptions, resolveOptions } from './options.ts';
import { checkCredentials, createProven } from './proof.ts';
import type { HarborSession, SessionOptions } from './session.ts';

/** One Harbor, for as long as the program runs. */
export interface Harbor {
  /** Base URL; null when none is configured. */
  readonly host: string | null;
  /** Opens a session for one client request. It makes no call and keeps nothing for the next one. */
  session(options: SessionOptions): HarborSession;
  /**
   * Checks that Harbor answers and accepts the credentials: one call, outside the shared limit.
   * @throws Problem harbor_unauthorized, harbor_unreachable, …
   */
  checkCredentials(signal: AbortSignal): Promise<void>;
}

/** Makes the client. Nothing is called before a session asks for something. */
export function createHarbor(given: HarborOptions): Harbor {
  const options = resolveOptions(given);
  return {
    host: options.host,
    session({ requestId, signal }) {
      const caller = createCaller(options, requestId);
      return { caller, proven: createProven(caller, signal), signal };
    },
    checkCredentials(signal) {
      const { limit: _, ...unlimited } = options;
      return checkCredentials(createCaller(unlimited, crypto.randomUUID()), signal);
    },
  };
}
