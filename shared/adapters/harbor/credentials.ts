/** Checks whether Harbor accepts the credentials (docs/harbor.md#wrong-passwords). */
import { Problem } from '../../values/problem.ts';
import type { Caller, CallRequest } from './http/call.ts';
import { harborPaths } from './http/url.ts';

const ONCE = { method: 'GET', retry: 'never' } as const;

/**
 * The call is 401 for a caller without a valid login, robots too; otherwise 200 or 404, depending on the
 * project. One call, never repeated.
 * @throws Problem harbor_unauthorized, harbor_unreachable, …
 */
export async function askCredentials(caller: Caller, signal: AbortSignal): Promise<void> {
  await caller.call({ ...proof(signal), retry: 'never' });
}

/** The same for a request that depends on it: asks again after a failure that may pass. */
export async function proveCredentials(caller: Caller, signal: AbortSignal): Promise<void> {
  await caller.call(proof(signal));
}

function proof(signal: AbortSignal): CallRequest {
  const query = { project_name: 'library' };
  return { method: 'HEAD', path: harborPaths.projects(), query, signal, provesLogin: true };
}

/** Tells whether Harbor works and accepts the credentials. */
export async function checkCredentials(caller: Caller, signal: AbortSignal): Promise<void> {
  try {
    await askCredentials(caller, signal);
  } catch (err) {
    if (!(err instanceof Problem && err.code === 'harbor_unauthorized')) throw err;
    // Harbor refuses every login if it has no database, so a list shows the real reason.
    const query = { page: '1', page_size: '1' };
    await caller.call({ ...ONCE, path: harborPaths.projects(), query, anonymous: true, signal });
    if (!caller.anonymous) throw err;
  }
}
