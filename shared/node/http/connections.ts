/** The connections of a server: what is under way on each, which are cut, and how a stop ends them. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import net from 'node:net';
import type { Duplex } from 'node:stream';

/** systemd gives ten seconds; what is not answered by then is cut. */
const CLOSE_TIMEOUT_MS = 9_000;
/** At a stop, a request that has begun to arrive gets this long to arrive whole. */
const ARRIVAL_GRACE_MS = 1_500;
/** Answers to pipelined requests wait in memory for each other and for the client to read them. */
const MAX_PIPELINED = 8;

export class Connections {
  readonly #server: Server;
  readonly #idleGraceMs: number;
  /** On each open connection the answers that are not written to the end, in the order of their requests. */
  readonly #underWay = new Map<Duplex, Set<ServerResponse>>();
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
      this.#underWay.set(socket, new Set());
      socket.once('close', () => this.#underWay.delete(socket));
    });
  }

  /**
   * Takes note of a request.
   * @returns false when it is one too many on its connection, which closes once those before it are
   * answered: the client sends it again (RFC 9112, 9.3.2)
   */
  accept(outgoing: ServerResponse): boolean {
    const { socket } = outgoing.req;
    const underWay = this.#on(socket);
    if (underWay.size === MAX_PIPELINED) {
      socket.pause();
      return false;
    }
    this.#newest.set(socket, outgoing);
    underWay.add(outgoing);
    outgoing.once('close', () => underWay.delete(outgoing));
    if (this.#isClosing || underWay.size === MAX_PIPELINED) {
      outgoing.setHeader('Connection', 'close');
    }
    return true;
  }

  /** The answer to the request that has not arrived whole on this connection; null when none is arriving. */
  arriving(socket: Duplex): ServerResponse | null {
    const newest = this.#newest.get(socket);
    return newest === undefined || newest.req.complete ? null : newest;
  }

  /** Waits until every request that arrived whole on this connection is answered to the end. */
  async answered(socket: Duplex): Promise<void> {
    const whole = [...this.#on(socket)].filter(({ req }) => req.complete);
    await Promise.all(whole.map((outgoing) => once(outgoing, 'close')));
  }

  /** Closes a connection on which nothing moved for long, unless it is we who take long. */
  closeStalled(socket: net.Socket): void {
    if (socket.writableLength > 0 || this.#on(socket).size === 0) socket.destroy();
  }

  /** Stops the server: requests under way are answered, then everything is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const outgoing of [...this.#underWay.values()].flatMap((answers) => [...answers])) {
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
      for (const [socket, answers] of this.#underWay) {
        const isServed = [...answers].some(({ req }) => req.complete);
        if (!isServed && socket.writableLength === 0) socket.destroy();
      }
    }
  }

  #on(socket: Duplex): Set<ServerResponse> {
    return this.#underWay.get(socket) ?? new Set();
  }
}
