/** Closes the connections to upstreams when a process stops. */
import { sleep } from '../../values/waiting/sleep.ts';
import type { Dispatcher } from './undici.ts';

/** No request waits for calls that are still running then. */
const GRACE_MS = 250;

/** Closes a dispatcher after its calls, but does not wait for one that hangs. */
export async function closeDispatcher(dispatcher: Dispatcher): Promise<void> {
  const closed = new AbortController();
  const grace = sleep(GRACE_MS, closed.signal).catch(() => undefined); // closed in time
  await Promise.race([dispatcher.close(), grace]);
  closed.abort();
}
