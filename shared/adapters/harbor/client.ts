/**
 * A client of Harbor's API v2.0. It depends only on its own options, not on the program that uses it.
 * The operations are functions on a session (`listProjects(session)`, …), so that a bundle contains
 * only those that it uses.
 */
import { checkCredentials } from './credentials.ts';
import { createCaller } from './http/call.ts';
import { createKnownManifests } from './http/known-manifests.ts';
import { type HarborOptions, resolveOptions } from './http/options.ts';
import type { HarborSession, SessionOptions } from './http/session.ts';

/** One Harbor, for as long as the program runs. */
export interface Harbor {
  /** Base URL; null if none is configured. */
  readonly host: string | null;
  /** Opens a session for one client request. It makes no call and keeps nothing for the next one. */
  session(options: SessionOptions): HarborSession;
  /**
   * Checks that Harbor answers and accepts the credentials, outside the shared limits.
   * @throws Problem harbor_unauthorized, harbor_unreachable, …
   */
  checkCredentials(signal: AbortSignal): Promise<void>;
}

/** Makes the client. It makes no call before a session needs one. */
export function createHarbor(given: HarborOptions): Harbor {
  const options = resolveOptions(given);
  const { shared } = options;
  return {
    host: options.host,
    session({ signal, ...origin }) {
      return {
        caller: createCaller(options, origin, shared?.calls),
        urgent: createCaller(options, origin, shared?.deletions),
        manifests: shared?.manifests ?? createKnownManifests(),
        signal,
        // These reject, and never throw, because a caller may already wait for something else.
        admit: async (work) => {
          const client = signal();
          return await (shared === undefined
            ? work(client)
            : shared.requests(() => work(client), client));
        },
        deleteInTurn: async ({ project, repository }, work) => {
          const key = `${project}/${repository}`;
          return await (shared === undefined ? work() : shared.deletionTurns(key, work, signal()));
        },
        shareCrawl: async (work) => {
          const client = signal();
          return await (shared === undefined ? work(client) : shared.shareCrawl(work, client));
        },
      };
    },
    checkCredentials: (signal) =>
      checkCredentials(createCaller(options, { requestId: crypto.randomUUID() }), signal),
  };
}
