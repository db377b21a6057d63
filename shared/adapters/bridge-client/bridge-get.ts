/** How the bridge's client sends its requests: as little of HTTP as it needs, so that each platform can do it cheaply. */
import { readText } from '../../values/limited-body.ts';

interface BridgeGetOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** An answer whose body was not read yet. Unless it is a 304, or the signal aborts, someone must read or discard it. */
export interface BridgeAnswer {
  readonly status: number;
  /** @param name in lower case */
  header(name: string): string | null;
  /**
   * Reads the body.
   * @throws BodyTooLarge, or the error of the transport if the body is cut off
   */
  text(maxBytes: number): Promise<string>;
  /** Does without the body. */
  discard(): Promise<void>;
}

/**
 * Sends a GET, and follows no redirect, so that the token never does.
 * @throws the error of the transport, whose message and causes say why there is no answer, or the signal's reason
 */
export type BridgeGet = (url: string, options: BridgeGetOptions) => Promise<BridgeAnswer>;

/** Sends requests with a platform's `fetch`. */
export function getByFetch(fetch: typeof globalThis.fetch): BridgeGet {
  return async (url, { headers, signal }) => {
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    return {
      status: response.status,
      header: (name) => response.headers.get(name),
      text: (maxBytes) => readText(response, maxBytes),
      discard: async () => response.body?.cancel(),
    };
  };
}
