/** The counts of projects and repositories in Harbor, independent of its lists. */
import * as z from 'zod/mini';
import type { Caller, CallRequest } from '../http/call.ts';
import { type HarborPath, harborPaths } from '../http/url.ts';
import { count, readBody } from '../http/wire.ts';
import { totalOf } from './pages.ts';

const wireStatistics = z.object({
  private_project_count: count,
  private_repo_count: count,
  public_project_count: count,
  public_repo_count: count,
});

/** The counts of what the login can see. For robots, Harbor does not count private projects. */
export interface Statistics {
  readonly private: Counts;
  readonly public: Counts;
}

interface Counts {
  readonly projects: number;
  readonly repositories: number;
}

/**
 * Reads the counts. Only a login gets them, so they also prove the login, even if it was refused first.
 * @throws Problem harbor_unauthorized, …
 */
export async function askStatistics(
  caller: Caller,
  signal: AbortSignal,
): Promise<Statistics & { readonly acceptedOnRetry: boolean }> {
  const call = { method: 'GET', path: harborPaths.statistics() } as const;
  const { body, acceptedOnRetry } = await caller.call({ ...call, signal, provesLogin: true });
  const counts = readBody(wireStatistics, call, body);
  return {
    acceptedOnRetry,
    private: {
      projects: counts.private_project_count ?? 0,
      repositories: counts.private_repo_count ?? 0,
    },
    public: {
      projects: counts.public_project_count ?? 0,
      repositories: counts.public_repo_count ?? 0,
    },
  };
}

/** The number of rows of a list, from its `X-Total-Count`; null if there is none. */
export async function countRows(
  caller: Caller,
  path: HarborPath,
  options: Pick<CallRequest, 'query' | 'signal'>,
): Promise<number | null> {
  const query = { page: '1', page_size: '1', ...options.query };
  const { headers } = await caller.call({ ...options, method: 'GET', path, query });
  return totalOf(headers);
}
