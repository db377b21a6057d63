/** The stand-in as a `fetch`: no socket, so that a property test can run thousands of times. */
import type { Answer } from './answer.ts';
import type { Play } from './play.ts';

/** Has the signature and the errors of Node's own `fetch`. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/** Answers by `play`. The host of the URL does not matter. */
export function createFetch(play: Play): Fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    // The caller's own signal: that of a Request no longer aborts once the Request is garbage.
    const signal = init?.signal ?? request.signal;
    signal.throwIfAborted();
    const { host, pathname, search } = new URL(request.url);
    const headers = { host, accept: '*/*', ...Object.fromEntries(request.headers) };
    const body = () => (request.body === null ? Promise.resolve('') : request.text());
    const played = play({ method: request.method, target: pathname + search, headers, body });
    const { answer, ending } = await orAborted(played, signal);
    if (ending === 'hang') return orAborted(new Promise<never>(() => undefined), signal);
    if (ending === 'before-answer') {
      throw new TypeError('fetch failed', { cause: connectionClosed() });
    }
    const response = new Response(bodyOf(answer, request.method, ending), {
      status: answer.status,
      headers: { ...answer.headers, Date: new Date().toUTCString() },
    });
    return Object.defineProperty(response, 'url', { value: request.url });
  };
}

/** Stops waiting when the signal aborts. The stand-in continues the call, as Harbor does. */
function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function bodyOf(
  answer: Answer,
  method: string,
  ending: 'in-body' | null,
): Uint8Array<ArrayBuffer> | ReadableStream | null {
  const isEmpty = answer.body === '' || [204, 205, 304].includes(answer.status);
  if (method === 'HEAD' || isEmpty) return null;
  const bytes = new TextEncoder().encode(answer.body);
  if (ending === null) return bytes;
  let isSent = false;
  return new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(new TypeError('terminated', { cause: connectionClosed() }));
      else controller.enqueue(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      isSent = true;
    },
  });
}

function connectionClosed(): Error {
  return Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
}
