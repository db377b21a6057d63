/**
 * Answers of Server-Sent Events (the HTML standard, 9.2). Not Hono's `streamSSE`, which sends an `error` event
 * with the message of any error, and waits for clients that read slowly.
 */
import { answer, defer } from './answer.ts';
import type { FunctionContext } from './function.ts';

const TYPE = 'text/event-stream';
/** Below the 30 s after which some proxies close a connection that is silent. */
const KEEP_ALIVE_MS = 15_000;

/** Sends an event with its data as JSON. Has no effect once the client has left. */
type SendEvent = (event: string, data: unknown) => void;

/** The client of a stream. */
export interface EventClient {
  readonly send: SendEvent;
  /** Sends a message without a name, whose data is the text as it is. */
  readonly sendText: (text: string) => void;
  readonly hasLeft: () => boolean;
  /** True if it has read all that was sent. What is sent otherwise waits in memory. */
  readonly hasRead: () => boolean;
}

/** Tells whether a request's `Accept` names Server-Sent Events; a wildcard means JSON. */
export function acceptsEvents(c: FunctionContext): boolean {
  return (c.req.header('accept') ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === TYPE && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}

/**
 * Answers at once, and sends what `work` reports. On Lambda, all events arrive at the end.
 * @param work goes on when the client has left, so that it can finish what it has begun; never rejects
 */
export function eventStream(
  c: FunctionContext,
  work: (client: EventClient) => Promise<void>,
  { keepAliveMs = KEEP_ALIVE_MS }: { readonly keepAliveMs?: number } = {},
): Response {
  const headers = { 'X-Accel-Buffering': 'no' }; // nginx would otherwise collect the events
  // Nobody would read or cancel the body.
  if (c.req.method === 'HEAD') return answer(c, null, { headers });
  const encoder = new TextEncoder();
  const { signal } = c.req.raw;
  let isOpen = true;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const write = (text: string): void => {
        if (isOpen) controller.enqueue(encoder.encode(text));
      };
      // A comment, which clients ignore.
      const timer = setInterval(() => write(':\n\n'), keepAliveMs);
      const send: SendEvent = (event, data) =>
        write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      const sendText = (text: string): void =>
        write(
          `${text
            .split(/\r\n|\r|\n/)
            .map((line) => `data: ${line}\n`)
            .join('')}\n`,
        );
      const hasLeft = () => !isOpen || signal.aborted;
      const hasRead = () => (controller.desiredSize ?? 0) > 0;
      const done = work({ send, sendText, hasLeft, hasRead }).finally(() => {
        clearInterval(timer);
        if (isOpen) controller.close();
        isOpen = false;
      });
      defer(c, done);
    },
    cancel() {
      isOpen = false;
    },
  });
  return answer(c, body, { type: TYPE, headers });
}
