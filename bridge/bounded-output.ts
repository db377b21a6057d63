/// <reference lib="es2024.arraybuffer" />
/** Collects what a program writes, up to a limit, in memory that is given back at once. */

/** More than programs usually print. */
const SMALL_BYTES = 64 * 1024;

/**
 * Small output is a list of its chunks. Larger output is one buffer that grows, because chunks in a list would wait
 * for the garbage collector: a few outputs of 64 MB left several hundred megabytes of resident memory.
 */
export class BoundedOutput {
  readonly #maxBytes: number;
  /** The buffer of larger output; null: all that may be written is small. */
  readonly #buffer: ArrayBuffer | null;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  /** @throws RangeError when the address space has no room for `maxBytes` */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    // Only reserves addresses.
    this.#buffer = maxBytes > SMALL_BYTES ? new ArrayBuffer(0, { maxByteLength: maxBytes }) : null;
  }

  /** Keeps what fits. @returns whether that was all */
  append(chunk: Uint8Array): boolean {
    const kept = chunk.subarray(0, this.#maxBytes - this.#bytes);
    if (kept.length === 0) return chunk.length === 0; // in the list, even an empty view would hold its whole chunk
    const needed = this.#bytes + kept.length;
    if (this.#buffer === null || needed <= SMALL_BYTES) {
      this.#chunks.push(kept);
    } else {
      this.#grow(this.#buffer, needed);
      new Uint8Array(this.#buffer).set(kept, this.#bytes);
    }
    this.#bytes = needed;
    return kept.length === chunk.length;
  }

  /** The text so far. Gives the memory back: later calls return an empty text. */
  take(): string {
    const isLarge = this.#buffer !== null && this.#buffer.byteLength > 0;
    const bytes = isLarge ? Buffer.from(this.#buffer, 0, this.#bytes) : Buffer.concat(this.#chunks);
    const text = bytes.toString('utf8');
    this.discard();
    return text;
  }

  /** Drops what was written so far and gives the memory back. */
  discard(): void {
    this.#bytes = 0;
    this.#chunks = [];
    if (this.#buffer !== null && this.#buffer.byteLength > 0) this.#buffer.resize(0);
  }

  /** Makes room, and moves the chunks of what was small until now. */
  #grow(buffer: ArrayBuffer, needed: number): void {
    if (needed > buffer.byteLength) {
      buffer.resize(Math.min(this.#maxBytes, Math.max(needed, 2 * buffer.byteLength)));
    }
    let offset = 0;
    for (const chunk of this.#chunks) {
      new Uint8Array(buffer).set(chunk, offset);
      offset += chunk.length;
    }
    this.#chunks = [];
  }
}
