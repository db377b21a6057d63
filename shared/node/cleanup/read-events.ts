/** Reads Server-Sent Events whose data is one line of JSON, as this service sends them. */
import { parseJson } from '../../values/parse-json.ts';
import { CleanupRefused } from './cleanup-client.ts';

export interface ReadEvent {
  readonly event: string;
  readonly data: unknown;
}

/** An event is about one artifact, with all its tags. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** The events of a stream as they arrive. @throws CleanupRefused if one is too long */
export async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder();
  let lines: string[] = [];
  /** The pieces of the line that has not ended yet. */
  let pieces: string[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    const [piece = '', ...begun] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(piece);
    bytes += chunk.length;
    for (const next of begun) {
      const line = pieces.join('');
      pieces = [next];
      if (line === '') {
        yield* eventOf(lines);
        lines = [];
        bytes = 0;
      } else lines.push(line);
    }
    if (bytes > MAX_EVENT_BYTES) {
      throw new CleanupRefused(null, 'The answer is not from the service: an event is too long.');
    }
  }
}

/** The event of these lines; none if they are a comment or another message. */
function eventOf([first = '', second = '', ...others]: readonly string[]): ReadEvent[] {
  const [, event] = /^event: (\w+)$/.exec(first) ?? [];
  if (event === undefined || !second.startsWith('data: ') || others.length > 0) return [];
  return [{ event, data: parseJson(second.slice('data: '.length)) }];
}
