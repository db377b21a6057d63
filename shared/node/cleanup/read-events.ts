/** Reads Server-Sent Events whose data is one line of JSON, as this service sends them. */
import { parseJson } from '../../parse-json.ts';

export interface ReadEvent {
  readonly event: string;
  readonly data: unknown;
}

/** The events of a stream as they arrive. */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    const parts = (text + decoder.decode(chunk, { stream: true })).split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(part) ?? [];
      if (event !== undefined && data !== undefined) yield { event, data: parseJson(data) };
    }
  }
}
