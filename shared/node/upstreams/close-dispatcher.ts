/** The end of the connections to upstreams, when a process stops. */
import type { Dispatcher } from 'undici';
import { sleep } from '../../sleep.ts';

/** Calls that are still under way then have nobody who waits: their senders are answered or cut off. */
const GRACE_MS = 250;

/** Closes a dispatcher once its calls are done; for one that hangs no stop of a process waits. */
export async function closeDispatcher(dispatcher: Dispatcher): Promise<void> {
  const closed = new AbortController();
  const grace = sleep(GRACE_MS, closed.signal).catch(() => undefined); // closed in time
  await Promise.race([dispatcher.close(), grace]);
  closed.abort();
}
