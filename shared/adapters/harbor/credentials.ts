/** Checks whether Harbor accepts the credentials (docs/harbor.md#wrong-passwords). */
import type { Caller, CallRequest } from './http/call.ts';
import { isRefused } from './http/failure.ts';
import { harborPaths } from './http/url.ts';

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

/**
 * Tells whether Harbor works and accepts the credentials. It sends them even if Harbor has just refused them, so that a
 * refusal is never an old one.
 */
export async function checkCredentials(caller: Caller, signal: AbortSignal): Promise<void> {
  try {
    await caller.call({ ...proof(signal), retry: 'never', unlimited: true });
  } catch (err) {
    // Harbor refuses this call to everyone without a login.
    if (!(caller.anonymous && isRefused(err))) throw err;
  }
}
