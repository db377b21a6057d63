/**
 * The part of Node's Buffer that csv-parse uses. In the bundles of functions/, esbuild replaces the global
 * with it. UTF-8 is the only encoding, because only strings are parsed. The browser build of csv-parse fails
 * on Deno, because its Buffer assigns `__proto__`, and that Buffer adds 20 KiB.
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

  /** 0 if the bytes from `start` to `end` of `other` are equal, otherwise 1. csv-parse does not use the order. */
  compare(other, start = 0, end = other.length) {
    const same =
      this.length === end - start && this.every((byte, at) => byte === other[start + at]);
    return same ? 0 : 1;
  }

  equals(other) {
    return this.compare(other) === 0;
  }

  /** Bytes that do not fit into the target are dropped, as in Node. */
  copy(target, targetStart = 0, start = 0, end = this.length) {
    const room = target.length - targetStart;
    target.set(this.subarray(start, Math.min(end, start + room)), targetStart);
  }

  /** Returns a view, as in Node. */
  slice(start, end) {
    return this.subarray(start, end);
  }

  toString(_encoding, start = 0, end = this.length) {
    return decoder.decode(this.subarray(start, end));
  }
}
