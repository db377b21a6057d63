/**
 * What csv-parse uses of Node's Buffer, for the bundles of functions/: esbuild puts it in the place
 * of the global. UTF-8 is the only encoding: what is parsed was a string. csv-parse's own build for
 * browsers fails on Deno, because its Buffer assigns `__proto__`, and that Buffer adds 20 KiB.
 */
const encoder = /* @__PURE__ */ new TextEncoder();
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true });

export class Buffer extends Uint8Array {
  /** A string's bytes, or a copy of bytes. */
  static from(source) {
    const bytes = typeof source === 'string' ? encoder.encode(source) : source;
    const buffer = new Buffer(bytes.length);
    buffer.set(bytes);
    return buffer;
  }

  static allocUnsafe(length) {
    return new Buffer(length);
  }

  static isBuffer(value) {
    return value instanceof Buffer;
  }

  static concat(buffers) {
    return Buffer.from(buffers.flatMap((buffer) => [...buffer]));
  }

  static compare(a, b) {
    return a.compare(b);
  }

  /** 0 when the bytes from `start` to `end` of `other` are these; the order is not asked for. */
  compare(other, start = 0, end = other.length) {
    const same =
      this.length === end - start && this.every((byte, at) => byte === other[start + at]);
    return same ? 0 : 1;
  }

  equals(other) {
    return this.compare(other) === 0;
  }

  /** What does not fit into the target is left out, as by Node's. */
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const room = target.length - targetStart;
    target.set(this.subarray(start, Math.min(end, start + room)), targetStart);
  }

  /** A view, as Node's is. */
  slice(start, end) {
    return this.subarray(start, end);
  }

  toString(_encoding, start = 0, end = this.length) {
    return decoder.decode(this.subarray(start, end));
  }
}
