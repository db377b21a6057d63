/** Bodies that are kept in parts, so that memory holds a large one only once. */

/** A part of a body. */
export type Part = Uint8Array<ArrayBuffer>;

/** Larger bodies are sent in parts, as they are kept. */
const MAX_COPIED_BYTES = 1_000_000;
/** Web Crypto hashes only whole arrays, so a large body is hashed by its pieces of this size. */
const HASHED_BYTES = 1_000_000;

export function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

/** The body for an answer: a small one as one array, with a length. Others are not copied. */
export function bodyOf(parts: readonly Part[]): Part | ReadableStream<Uint8Array> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  if (sizeOf(parts) > MAX_COPIED_BYTES) return streamOf(parts);
  return joined(parts);
}

/** A strong validator of the bytes, however they are divided into parts. */
export async function tagOfParts(parts: readonly Part[]): Promise<string> {
  const hashes: Part[] = [];
  for (const piece of piecesOf(parts, HASHED_BYTES)) hashes.push(await sha256(piece));
  const [first = await sha256(new Uint8Array())] = hashes;
  return tagOf(hashes.length > 1 ? await sha256(joined(hashes)) : first);
}

/** A strong validator of these bytes. */
export async function entityTag(bytes: Part): Promise<string> {
  return tagOf(await sha256(bytes));
}

function tagOf(hash: Part): string {
  return `"${btoa(String.fromCharCode(...hash.subarray(0, 18)))}"`;
}

async function sha256(bytes: Part): Promise<Part> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The bytes in pieces of one size. Each is valid until the next one is asked for. */
function* piecesOf(parts: readonly Part[], pieceBytes: number): Generator<Part> {
  const piece = new Uint8Array(Math.min(pieceBytes, sizeOf(parts)));
  let filled = 0;
  for (const part of parts) {
    for (let start = 0; start < part.length; ) {
      const taken = part.subarray(start, start + piece.length - filled);
      piece.set(taken, filled);
      filled += taken.length;
      start += taken.length;
      if (filled === piece.length) {
        yield piece;
        filled = 0;
      }
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}

/** The parts in one array. */
export function joined(parts: readonly Uint8Array[]): Part {
  const bytes = new Uint8Array(sizeOf(parts));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

function streamOf(parts: readonly Part[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const part = parts[next++];
      if (part === undefined) controller.close();
      else controller.enqueue(part);
    },
  });
}
