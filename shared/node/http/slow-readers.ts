/** Clients that read an answer so slowly that they only hold a connection. */
import type { Socket } from 'node:net';

/** The bytes that a client had taken, and since when. */
interface Progress {
  readonly takenBytes: number;
  readonly sinceMs: number;
}

/**
 * Finds clients that take none of the pieces of an answer (64 KiB; paced-response.ts) in the time limit, even
 * though they read a few bytes now and then, which is activity for Node's own timeout.
 */
export class SlowReaders {
  readonly #limitMs: number;
  readonly #progress = new WeakMap<Socket, Progress>();

  constructor({ limitMs }: { readonly limitMs: number }) {
    this.#limitMs = limitMs;
  }

  /** Tells whether the limit is over for this connection. @param nowMs on a clock that never jumps */
  isOne(socket: Socket, nowMs: number): boolean {
    if (socket.writableLength === 0) {
      this.#progress.delete(socket);
      return false;
    }
    const takenBytes = socket.bytesWritten - socket.writableLength;
    const known = this.#progress.get(socket);
    if (known?.takenBytes === takenBytes) return nowMs - known.sinceMs > this.#limitMs;
    this.#progress.set(socket, { takenBytes, sinceMs: nowMs });
    return false;
  }
}
