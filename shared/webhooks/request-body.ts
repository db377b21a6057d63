/** Bodies of requests: read up to a limit as raw bytes, then parsed. */
import { invalidRequest, Problem } from '../problem.ts';

/**
 * Reads a body as raw bytes and stops at the limit, whatever `Content-Length` claims.
 * @throws Problem payload_too_large
 */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length')) > maxBytes) throw tooLarge(maxBytes);
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    sizeBytes += value.byteLength;
    if (sizeBytes > maxBytes) {
      // The rest of the body is not needed.
      reader.cancel().catch(() => undefined);
      throw tooLarge(maxBytes);
    }
    chunks.push(value);
  }
  const body = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** The media type of a body, lower-case and without parameters; empty when none is given. */
export function mediaTypeOf(headers: Headers): string {
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase();
}

/** A body as JSON. @throws Problem invalid_request when it is not UTF-8 or not JSON */
export function parseJsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    // Without the parser's message, which can quote the body.
    throw invalidRequest([{ parameter: 'body', detail: 'expected JSON in UTF-8' }]);
  }
}

function tooLarge(maxBytes: number): Problem {
  return new Problem('payload_too_large', `A body may have at most ${maxBytes} bytes here.`);
}
