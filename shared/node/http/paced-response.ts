/** Answers whose memory does not depend on how slowly clients read them. */
import { type IncomingMessage, ServerResponse } from 'node:http';

/** The length of the part of an answer that is encoded at a time and waits for its client. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Writes a long body piece by piece, each when the client has taken the one before. Node would copy the whole
 * body for each client: a thousand slow readers of 1 MB took 1 GB.
 */
export class PacedResponse<
  Incoming extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Incoming> {
  override end(...args: unknown[]): this {
    const [body] = args;
    const isLong =
      (typeof body === 'string' || body instanceof Uint8Array) && body.length > PIECE_LENGTH;
    if (!isLong || args.length > 1 || this.req.method === 'HEAD') {
      return super.end(...(args as Parameters<ServerResponse['end']>));
    }
    this.#writeFrom(body, 0);
    return this;
  }

  #writeFrom(body: string | Uint8Array, start: number): void {
    const end = pieceEnd(body, start);
    if (end >= body.length) {
      super.end(pieceOf(body, start, end));
    } else if (this.write(pieceOf(body, start, end))) {
      // A microtask, because a body may have more pieces than the stack has frames.
      queueMicrotask(() => this.#writeFrom(body, end));
    } else {
      this.once('drain', () => this.#writeFrom(body, end));
    }
  }
}

function pieceOf(body: string | Uint8Array, start: number, end: number): string | Uint8Array {
  return typeof body === 'string' ? body.slice(start, end) : body.subarray(start, end);
}

/** A piece never ends between the two halves of a character (a surrogate pair). */
function pieceEnd(body: string | Uint8Array, start: number): number {
  const end = start + PIECE_LENGTH;
  const isSplit = typeof body === 'string' && /[\uD800-\uDBFF]/.test(body.charAt(end - 1));
  return isSplit ? end - 1 : end;
}
