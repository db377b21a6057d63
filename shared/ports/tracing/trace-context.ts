/** Where a request is in its trace, and the headers for it: W3C Trace Context, https://www.w3.org/TR/trace-context-2/. */

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** `SAMPLED` and `RANDOM`; other bits are not passed on. */
  readonly flags: number;
  /** The entries that tracing systems on the way have added; null if there are none. */
  readonly tracestate: string | null;
}

/** The caller may have recorded its span. */
export const SAMPLED = 1;
/** The trace id is random, so that samplers may decide by it. */
const RANDOM = 2;

/** Version, trace id, parent id and flags. Two headers in one have a comma. */
const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-[^,]*)?$/;
/** The most that is passed on: as much as every implementation should. */
const MAX_MEMBERS = 32;
const MAX_TRACESTATE = 512;

/** The caller's context. Null: there is none, or it is not valid, and a new trace begins. */
export function readTraceContext(headers: Headers): TraceContext | null {
  const found = TRACEPARENT.exec(headers.get('traceparent') ?? '');
  if (found === null) return null;
  const [, version, traceId = '', spanId = '', flags = '', rest] = found;
  // Later versions may have more fields, but these four stay.
  if (version === '00' && rest !== undefined) return null;
  return {
    traceId,
    spanId,
    flags: Number.parseInt(flags, 16) & (SAMPLED | RANDOM),
    tracestate: readTracestate(headers.get('tracestate')),
  };
}

/** The first members that fit, if all are printable ASCII. What they mean only their systems know. */
function readTracestate(given: string | null): string | null {
  if (given === null || !/^[ -~\t]*$/.test(given)) return null;
  const members = given.split(',', MAX_MEMBERS);
  while (members.join().length > MAX_TRACESTATE) members.pop();
  return members.join() || null;
}

/** A new span of the parent's trace, or the first one of a new trace, which nobody records. */
export function childContext(parent: TraceContext | null): TraceContext {
  const trace = parent ?? { traceId: randomHex(16), flags: RANDOM, tracestate: null };
  return { ...trace, spanId: randomHex(8) };
}

/** The headers that pass a context on. */
export function traceHeaders(context: TraceContext): Readonly<Record<string, string>> {
  const { traceId, spanId, flags, tracestate } = context;
  const traceparent = `00-${traceId}-${spanId}-0${flags}`;
  return tracestate === null ? { traceparent } : { traceparent, tracestate };
}

/** A call of the generator costs more than the bytes, and every request and every call needs some. No secret is made of them. */
const RANDOM_BYTES = new Uint8Array(4096);
let usedBytes = RANDOM_BYTES.length;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function randomHex(bytes: number): string {
  if (usedBytes + bytes > RANDOM_BYTES.length) {
    crypto.getRandomValues(RANDOM_BYTES);
    usedBytes = 0;
  }
  let text = '';
  for (const end = usedBytes + bytes; usedBytes < end; usedBytes++) {
    text += HEX[RANDOM_BYTES[usedBytes] ?? 0];
  }
  return text;
}
