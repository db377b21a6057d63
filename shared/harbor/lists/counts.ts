/** How much there is in Harbor, counted independently of its lists. */
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

/** What the login can see. For robots Harbor counts nothing that is private. */
export interface Statistics {
  readonly private: Counts;
  readonly public: Counts;
}

export interface Counts {
  readonly projects: number;
  readonly repositories: number;
}

/**
 * Asks for the counts. Only a login gets them, so they prove it too: `doubted` when it was refused first.
 * @throws Problem harbor_unauthorized, …
 */
export async function askStatistics(
  caller: Caller,
  signal: AbortSignal,
): Promise<Statistics & { readonly doubted: boolean }> {
  const call = { method: 'GET', path: harborPaths.statistics() } as const;
  const { body, doubted } = await caller.call({ ...call, signal, provesLogin: true });
  const counts = readBody(wireStatistics, call, body);
  return {
    doubted,
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

/** How many rows a list has, by its `X-Total-Count`; null when there is none. */
export async function countRows(
  caller: Caller,
  path: HarborPath,
  options: Pick<CallRequest, 'query' | 'signal'>,
): Promise<number | null> {
  const query = { page: '1', page_size: '1', ...options.query };
  const { headers } = await caller.call({ ...options, method: 'GET', path, query });
  return totalOf(headers);
}
