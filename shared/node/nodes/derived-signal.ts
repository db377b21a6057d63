/** Ends the waits of a request for nodes when its client leaves. */
import { setMaxListeners } from 'node:events';
import type { NodesReadOptions } from '../../ports/nodes.ts';

/**
 * One signal for the waits of all nodes, which aborts with the request's. A request's own signal would warn
 * about a listener for each node, and is made only if a node must be waited for.
 */
export function deriveSignal(signal: NodesReadOptions['signal']) {
  let source: AbortSignal | undefined;
  let own: AbortController | undefined;
  const leave = () => own?.abort(source?.reason);
  return {
    signal: (): AbortSignal => {
      if (own !== undefined) return own.signal;
      own = new AbortController();
      setMaxListeners(0, own.signal);
      source = signal?.();
      if (source?.aborted) leave();
      else source?.addEventListener('abort', leave);
      return own.signal;
    },
    end: () => source?.removeEventListener('abort', leave),
  };
}
