/**
 * Gives a piece of work a signal of its own, for work that another signal or a deadline can end. Not p-timeout, which
 * stops waiting but does not end the work; both together are for work that may not react to its signal.
 */

/**
 * Runs `work` with a signal that aborts with `source`, after `timeoutMs`, and when the work fails, so that nothing of it
 * goes on. Leaves nothing on `source`: Node 20 never removes what AbortSignal.any adds to it, which also costs as much as
 * a small call.
 */
export async function withOwnSignal<T>(
  source: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
  timeoutMs?: number,
): Promise<T> {
  const own = new AbortController();
  const end = () => own.abort(source?.reason);
  const late = () => own.abort(new DOMException('It took too long.', 'TimeoutError'));
  const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
  if (source?.aborted) end();
  else source?.addEventListener('abort', end);
  try {
    return await work(own.signal);
  } catch (err) {
    own.abort(err);
    throw err;
  } finally {
    clearTimeout(timer);
    source?.removeEventListener('abort', end);
  }
}
