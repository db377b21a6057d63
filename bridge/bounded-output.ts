/// <reference lib="es2024.arraybuffer" />
/** Collects what a program writes, up to a limit, in memory that is given back at once. */

const FIRST_BYTES = 64 * 1024;

/**
 * One buffer that grows. Chunks in a list would wait for the garbage collector: a few outputs of 64 MB
 * left several hundred megabytes of resident memory.
 */
export class BoundedOutput {
  readonly #maxBytes: number;
  readonly #buffer: ArrayBuffer;
  #bytes = 0;

  /** @throws RangeError when the address space has no room for `maxBytes` */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
    const first = Math.min(FIRST_BYTES, maxBytes);
    this.#buffer = new ArrayBuffer(first, { maxByteLength: maxBytes });
  }

  /** Keeps what fits. @returns whether that was all */
  append(chunk: Uint8Array): boolean {
    const kept = chunk.subarray(0, this.#maxBytes - this.#bytes);
    const needed = this.#bytes + kept.length;
    if (needed > this.#buffer.byteLength) {
      this.#buffer.resize(Math.min(this.#maxBytes, Math.max(needed, 2 * this.#buffer.byteLength)));
    }
    new Uint8Array(this.#buffer).set(kept, this.#bytes);
    this.#bytes = needed;
    return kept.length === chunk.length;
  }

  /** The text so far. Gives the memory back: later calls return an empty text. */
  take(): string {
    const text = Buffer.from(this.#buffer, 0, this.#bytes).toString('utf8');
    this.discard();
    return text;
  }

  /** Drops what was written so far and gives the memory back. */
  discard(): void {
    this.#bytes = 0;
    this.#buffer.resize(0);
  }
}
