/**
 * Gives a piece of work a signal of its own, for work that a signal of the whole process can end. Not p-timeout, which
 * rejects in time but does not end the work.
 */

/**
 * Runs `work` with a signal that aborts with `source`, or after `timeoutMs`. Leaves nothing on `source`:
 * Node 20 never removes what AbortSignal.any adds to it.
 */
export async function withOwnSignal<T>(
  source: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const own = new AbortController();
  const end = () => own.abort(source.reason);
  const late = () => own.abort(new DOMException('It took too long.', 'TimeoutError'));
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
  if (source.aborted) end();
  else source.addEventListener('abort', end);
  try {
    return await work(own.signal);
  } finally {
    clearTimeout(timer);
    source.removeEventListener('abort', end);
  }
}
