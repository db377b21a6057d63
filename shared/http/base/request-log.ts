/** The fields that a handler adds to the log line of its request. */

/** One per request. */
export class RequestLog {
  /** Fields that a handler adds to the line. */
  readonly fields: Record<string, unknown> = {};
  /**
   * `WARNING`: the line is of a deletion or of access, and is written whatever the level of the log is. The answer's
   * status can raise it.
   */
  level: 'INFO' | 'WARNING';
  /** Successful probes are not logged. */
  isProbe = false;
  /** Milliseconds spent waiting for Harbor, the bridge and other functions. */
  upstreamMs = 0;
  readonly #monotonic: () => number;
  readonly #startedAtMs: number;
  #waits = 0;
  #waitingSinceMs = 0;

  constructor(method: string, monotonic: () => number) {
    this.level = method === 'DELETE' ? 'WARNING' : 'INFO';
    this.#monotonic = monotonic;
    this.#startedAtMs = monotonic();
  }

  /** Measures a wait for an upstream. Overlapping waits count once. */
  async upstream<T>(wait: Promise<T>): Promise<T> {
    if (this.#waits === 0) this.#waitingSinceMs = this.#monotonic();
    this.#waits += 1;
    try {
      return await wait;
    } finally {
      this.#waits -= 1;
      if (this.#waits === 0) this.upstreamMs += this.#monotonic() - this.#waitingSinceMs;
    }
  }

  /** Milliseconds since the request arrived. */
  elapsedMs(): number {
    return this.#monotonic() - this.#startedAtMs;
  }
}
