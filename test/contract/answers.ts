/** Requests as they are sent, and answers without the parts of the connection. */
import { request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';

export interface Sent {
  readonly method: string;
  /** The request target byte for byte, without changes by URL parsers. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Without its compression. */
  readonly body: string;
}

/** Headers that servers and connections add. They are not part of the service's answer. */
const OF_THE_CONNECTION = [
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'server',
  'transfer-encoding',
];

export function answerOf(
  status: number,
  headers: Iterable<readonly [string, unknown]>,
  body: string,
): Answer {
  const own = [...headers]
    .map(([name, value]) => [name.toLowerCase(), String(value)] as const)
    .filter(([name]) => !OF_THE_CONNECTION.includes(name));
  return { status, headers: Object.fromEntries(own.toSorted()), body };
}

/** The text of a body as it was sent. */
export function textOf(bytes: Buffer, encoding: string | undefined): string {
  const isGzip = encoding === 'gzip' && bytes.length > 0;
  return (isGzip ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Sends a request over a connection of its own; aborting `signal` hangs up. */
export async function sendTo(port: number, sent: Sent, signal?: AbortSignal): Promise<Answer> {
  const { method, target, headers, body } = sent;
  const options = { host: '127.0.0.1', port, method, path: target, headers, agent: false };
  return await new Promise((resolve, reject) => {
    httpRequest({ ...options, ...(signal && { signal }) }, (incoming) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = textOf(Buffer.concat(parts), incoming.headers['content-encoding']);
        resolve(answerOf(incoming.statusCode ?? 0, Object.entries(incoming.headers), text));
      });
    })
      .on('error', reject)
      .end(body);
  });
}
