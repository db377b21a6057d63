/** Reads the body of a request or an answer as text, up to a limit. */
import { joined } from './body-parts.ts';

/** The body is longer than the limit. The rest was not read. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** @throws BodyTooLarge, or the error of the transport if the body is cut off */
export async function readLimitedText(
  { body }: { readonly body: ReadableStream<Uint8Array> | null },
  maxBytes: number,
): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    // In one piece, because decoding the chunks one by one takes several times as long.
    if (done) return new TextDecoder().decode(joined(chunks));
    sizeBytes += value.byteLength;
    if (sizeBytes > maxBytes) {
      // Awaiting this could hang: a copy of a body is cancelled only when the other one is, too.
      reader.cancel().catch(() => undefined);
      throw new BodyTooLarge(`the body is larger than ${maxBytes} bytes`);
    }
    chunks.push(value);
  }
}
