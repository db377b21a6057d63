/** The connections of a server: what is under way on each, which are cut, and how a stop ends them. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** systemd gives ten seconds; what is not answered by then is cut. */
const CLOSE_TIMEOUT_MS = 9_000;
/** At a stop, a request that has begun to arrive gets this long to arrive whole. */
const ARRIVAL_GRACE_MS = 1_500;

export class Connections {
  readonly #server: Server;
  readonly #idleGraceMs: number;
  readonly #open = new Set<Duplex>();
  /** Answers that are not written to the end, in the order in which their requests came. */
  readonly #underWay = new Set<ServerResponse>();
  /** The answer to the newest request on a connection. */
  readonly #newest = new WeakMap<Duplex, ServerResponse>();
  #isClosing = false;

  constructor(server: Server, { idleGraceMs }: { readonly idleGraceMs: number }) {
    this.#server = server;
    this.#idleGraceMs = idleGraceMs;
    const opened = 'setSecureContext' in server ? 'secureConnection' : 'connection';
    server.on(opened, (socket: net.Socket) => {
      // Node forgets the peer of a connection that has ended, unless it was asked for before.
      void socket.remoteAddress;
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** Takes note of a request. */
  serve(outgoing: ServerResponse): void {
    if (this.#isClosing) outgoing.setHeader('Connection', 'close');
    this.#newest.set(outgoing.req.socket, outgoing);
    this.#underWay.add(outgoing);
    outgoing.once('close', () => this.#underWay.delete(outgoing));
  }

  /** The answer to the request that has not arrived whole on this connection; null when none is arriving. */
  arriving(socket: Duplex): ServerResponse | null {
    const newest = this.#newest.get(socket);
    return newest === undefined || newest.req.complete ? null : newest;
  }

  /** Waits until every request that arrived whole on this connection is answered to the end. */
  async answered(socket: Duplex): Promise<void> {
    const whole = this.#on(socket).filter(({ req }) => req.complete);
    await Promise.all(whole.map((outgoing) => once(outgoing, 'close')));
  }

  /** Closes a connection on which nothing moved for long, unless it is we who take long. */
  closeStalled(socket: net.Socket): void {
    if (socket.writableLength > 0 || this.#on(socket).length === 0) socket.destroy();
  }

  /** Stops the server: requests under way are answered, then everything is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const outgoing of this.#underWay) {
      if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    }
    // http.Server.close() would also cut idle connections, on which a request may be on its way.
    const closed = new Promise<void>((resolve) => {
      net.Server.prototype.close.call(this.#server, () => resolve());
    });
    const startedAtMs = performance.now();
    const sweep = setInterval(() => this.#sweep(performance.now() - startedAtMs), 50);
    await closed;
    clearInterval(sweep);
  }

  #sweep(waitedMs: number): void {
    if (waitedMs >= this.#idleGraceMs) this.#server.closeIdleConnections();
    if (waitedMs >= CLOSE_TIMEOUT_MS) this.#server.closeAllConnections();
    else if (waitedMs >= ARRIVAL_GRACE_MS) {
      for (const socket of this.#open) {
        const isServed = this.#on(socket).some(({ req }) => req.complete);
        if (!isServed && socket.writableLength === 0) socket.destroy();
      }
    }
  }

  #on(socket: Duplex): readonly ServerResponse[] {
    return [...this.#underWay].filter(({ req }) => req.socket === socket);
  }
}
