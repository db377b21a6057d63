/** The connections of a server: their requests, which ones are cut off, and how a stop ends them. */
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import net from 'node:net';
import { SlowReaders } from './slow-readers.ts';

/** A stop takes at most ten seconds. Requests that are not answered by then are cut off. */
const CLOSE_TIMEOUT_MS = 9_000;
/** How long a stop waits for the rest of a request that has begun to arrive. */
const ARRIVAL_GRACE_MS = 1_500;
/** Answers to pipelined requests wait in memory for each other and for the client to read them. */
const MAX_PIPELINED = 8;

export interface ConnectionsOptions {
  /** How long a stop keeps idle connections open, milliseconds. */
  readonly idleGraceMs: number;
  /** How long a client may take for the next piece of an answer, milliseconds. */
  readonly slowReadTimeoutMs: number;
  /** How many may be open. The one that has been idle for the longest time makes room for a new one. */
  readonly maxConnections: number;
}

export class Connections {
  readonly #server: Server;
  readonly #idleGraceMs: number;
  readonly #maxConnections: number;
  readonly #slowReaders: SlowReaders;
  /**
   * For each open connection its answers, in the order of their requests. The next request removes those
   * that are completely written: a `close` listener on each would take longer than the rest of `accept`.
   * The connection whose last request began the longest time ago is the first. One whose TLS handshake is under way
   * is here as the socket below TLS, which has no answers.
   */
  readonly #answers = new Map<net.Socket, ServerResponse[]>();
  /** The sockets below TLS of which no connection has come yet. */
  readonly #handshakes = new Set<net.Socket>();
  #isClosing = false;

  constructor(server: Server, options: ConnectionsOptions) {
    const { idleGraceMs, slowReadTimeoutMs, maxConnections } = options;
    this.#server = server;
    this.#idleGraceMs = idleGraceMs;
    this.#maxConnections = maxConnections;
    this.#slowReaders = new SlowReaders({ limitMs: slowReadTimeoutMs });
    const isTls = 'setSecureContext' in server;
    server.on('connection', (socket: net.Socket) => {
      if (!this.#makeRoom()) return void socket.destroy();
      if (isTls) this.#handshakes.add(socket);
      this.#add(socket);
    });
    server.on('secureConnection', (socket: net.Socket) => {
      this.#endHandshake(socket);
      this.#add(socket);
    });
    server.once('listening', () => {
      const look = setInterval(() => this.#endSlowReaders(), slowReadTimeoutMs / 10).unref();
      server.once('close', () => clearInterval(look));
    });
  }

  /**
   * Registers a request.
   * @returns false if it is one too many on its connection, which closes after the answers before it:
   * the client sends the request again (RFC 9112, 9.3.2)
   */
  accept(outgoing: ServerResponse): boolean {
    const { socket } = outgoing.req;
    const answers = this.#answers.get(socket) ?? [];
    while (answers[0]?.closed) answers.shift();
    if (answers.length === MAX_PIPELINED) {
      socket.pause();
      return false;
    }
    answers.push(outgoing);
    if (this.#answers.delete(socket)) this.#answers.set(socket, answers); // it is the last one now
    if (this.#isClosing || answers.length === MAX_PIPELINED) {
      outgoing.setHeader('Connection', 'close');
    }
    return true;
  }

  /**
   * The answer under way before this one on its connection; null if there is none. Requests of one connection are
   * served one after the other: side by side, a change could overtake another (RFC 9112, 9.3.2), what follows
   * `Connection: close` would be served although nobody gets the answer, and all answers would wait in memory.
   */
  previous(outgoing: ServerResponse): ServerResponse | null {
    const answers = this.#underWay(outgoing.req.socket);
    return answers[answers.indexOf(outgoing) - 1] ?? null;
  }

  /** The answer to the request that is still arriving on this connection; null if there is none. */
  arriving(socket: net.Socket): ServerResponse | null {
    const newest = this.#answers.get(socket)?.at(-1);
    return newest === undefined || newest.req.complete ? null : newest;
  }

  /** Tells whether HTTP is spoken on this connection: it is not before the end of the TLS handshake. */
  has(socket: net.Socket): boolean {
    return this.#answers.has(socket);
  }

  /** Waits until every complete request on this connection is answered. */
  async answered(socket: net.Socket): Promise<void> {
    const whole = this.#underWay(socket).filter(({ req }) => req.complete);
    await Promise.all(whole.map((outgoing) => once(outgoing, 'close')));
  }

  /** Closes a connection without traffic, unless its client is waiting for the answer. */
  closeStalled(socket: net.Socket): void {
    if (socket.writableLength > 0 || this.#underWay(socket).length === 0) socket.destroy();
  }

  /** Stops the server: requests under way are answered, then everything is closed. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const outgoing of [...this.#answers.values()].flat()) {
      if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
    }
    // http.Server.close() would also close idle connections, although a client may just be sending a request.
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
    if (waitedMs < ARRIVAL_GRACE_MS) return;
    for (const socket of this.#answers.keys()) {
      const isOver = waitedMs >= CLOSE_TIMEOUT_MS;
      if (isOver || (!this.#isServed(socket) && socket.writableLength === 0)) socket.destroy();
    }
  }

  #add(socket: net.Socket): void {
    // Node forgets the peer of a closed connection, unless it was read before.
    void socket.remoteAddress;
    this.#answers.set(socket, []);
    socket.once('close', () => this.#remove(socket));
  }

  #remove(socket: net.Socket): void {
    this.#answers.delete(socket);
    this.#handshakes.delete(socket);
  }

  /** Removes the socket below a TLS connection, which Node does not name: the oldest one with the same peer. */
  #endHandshake({ remoteAddress, remotePort }: net.Socket): void {
    const below = [...this.#handshakes].find(
      (socket) => socket.remoteAddress === remoteAddress && socket.remotePort === remotePort,
    );
    if (below !== undefined) this.#remove(below);
  }

  /** Closes the oldest idle connection if there are as many as there may be. @returns false if none is idle */
  #makeRoom(): boolean {
    if (this.#answers.size < this.#maxConnections) return true;
    const sockets = [...this.#answers.keys()];
    const oldest =
      sockets.find((socket) => this.#underWay(socket).length === 0) ??
      sockets.find((socket) => !this.#isServed(socket)); // its request is still arriving
    if (oldest === undefined) return false;
    oldest.destroy();
    this.#remove(oldest); // now, because more connections may come before its event
    return true;
  }

  #isServed(socket: net.Socket): boolean {
    return this.#underWay(socket).some(({ req }) => req.complete);
  }

  #endSlowReaders(): void {
    const nowMs = performance.now();
    for (const socket of this.#answers.keys()) {
      if (this.#slowReaders.isOne(socket, nowMs)) socket.destroy();
    }
  }

  /** The answers that are not completely written. */
  #underWay(socket: net.Socket): readonly ServerResponse[] {
    return this.#answers.get(socket)?.filter(({ closed }) => !closed) ?? [];
  }
}
