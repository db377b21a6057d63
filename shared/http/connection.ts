/** What this project's own servers and adapters pass to an app as `env`. Runtimes pass their bindings instead. */
export class Connection {
  /** The request target as it was sent: a `Request` cannot hold it, as URLs fold `a/../b`. */
  readonly target: string;
  /** Address of the socket's peer; undefined where the platform does not tell. */
  readonly peer: string | undefined;
  /** The request came over `local_socket`, where the file system decides who may. */
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
