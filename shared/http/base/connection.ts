/** The `env` that this project's servers and adapters pass to an app. Edge runtimes pass their bindings. */
export class Connection {
  /** The request target as it was sent. A `Request` cannot contain it, because URLs resolve `a/../b`. */
  readonly target: string;
  /** Address of the socket's peer; undefined if the platform does not provide it. */
  readonly peer: string | undefined;
  /** True if the request came over `local_socket`, where the mode of the socket decides who may connect. */
  readonly isLocal: boolean;
  /** Calls a function when the answer is sent, or its client has left. Undefined if the platform does not tell. */
  readonly whenSent: ((sent: () => void) => void) | undefined;

  constructor(
    target: string,
    options: {
      readonly peer?: string;
      readonly isLocal?: boolean;
      readonly whenSent?: (sent: () => void) => void;
    } = {},
  ) {
    this.target = target;
    this.peer = options.peer;
    this.isLocal = options.isLocal ?? false;
    this.whenSent = options.whenSent;
  }
}

/** Tells whether a request came over `local_socket`. On an edge runtime none does. */
export function isLocal(c: { readonly env: unknown }): boolean {
  return c.env instanceof Connection && c.env.isLocal;
}

/** The peer of a request: its address, or `local_socket`; undefined if the platform does not provide it. */
export function peerOf(c: { readonly env: unknown }): string | undefined {
  if (!(c.env instanceof Connection)) return undefined;
  return c.env.isLocal ? 'local_socket' : c.env.peer;
}

/** The scheme and authority of an absolute target. The authority ends at `/`, `?` or `#` (RFC 3986, 3.2). */
const ORIGIN = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** The path as sent: from the request target if the server provides it, otherwise from the URL. */
export function sentPath(request: Request, env: unknown): string {
  const target = env instanceof Connection ? env.target : request.url;
  const start = target.startsWith('/') ? 0 : (ORIGIN.exec(target)?.[0].length ?? target.length);
  const end = target.slice(start).search(/[?#]/);
  const path = end === -1 ? target.slice(start) : target.slice(start, start + end);
  return path === '' ? '/' : path;
}

/** The query as sent, with its `?`; empty if there is none. */
export function rawQuery(c: { readonly req: { readonly url: string } }): string {
  const start = c.req.url.indexOf('?');
  return start === -1 ? '' : c.req.url.slice(start);
}
