/** What the servers and adapters of this project pass to an app as `env`. Edge runtimes pass their bindings. */
export class Connection {
  /** The request target as it was sent. A `Request` cannot contain it, because URLs resolve `a/../b`. */
  readonly target: string;
  /** Address of the socket's peer; undefined if the platform does not provide it. */
  readonly peer: string | undefined;
  /** True if the request came over `local_socket`, where the mode of the socket decides who may connect. */
  readonly isLocal: boolean;

  constructor(
    target: string,
    options: { readonly peer?: string; readonly isLocal?: boolean } = {},
  ) {
    this.target = target;
    this.peer = options.peer;
    this.isLocal = options.isLocal ?? false;
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
