/** Writes an answer as nginx does: its own headers first, long bodies in chunks, or cut off. */
import type { ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';

/** Go sends bodies up to this length with their length, longer ones in chunks. */
const MAX_BUFFERED = 2048;

export interface WriteOptions {
  /** The request was a HEAD. */
  readonly head: boolean;
  readonly cut: 'before-answer' | 'in-body' | null;
}

/** Sends the answer, or as much of it as `cut` allows. */
export function writeAnswer(res: ServerResponse, answer: Answer, options: WriteOptions): void {
  if (options.cut === 'before-answer') {
    res.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  res.sendDate = false;
  res.writeHead(answer.status, headerList(res, answer, { body, head: options.head }));
  if (options.head) {
    res.end();
  } else if (options.cut === 'in-body') {
    res.write(body.subarray(0, Math.ceil(body.length / 2)), () => res.destroy());
  } else {
    res.end(body);
  }
}

function headerList(
  res: ServerResponse,
  answer: Answer,
  sent: { readonly body: Buffer; readonly head: boolean },
): string[] {
  const { 'Content-Type': type, Connection: connection, ...others } = answer.headers;
  const keep = connection ?? (res.shouldKeepAlive ? 'keep-alive' : 'close');
  const list = ['Server', 'nginx', 'Date', new Date().toUTCString()];
  if (type !== undefined) list.push('Content-Type', type);
  const isStatic = answer.headers['Accept-Ranges'] !== undefined;
  const chunked = sent.body.length > MAX_BUFFERED && !isStatic;
  if (chunked) list.push('Transfer-Encoding', 'chunked');
  else if (!sent.head || sent.body.length > 0) {
    list.push('Content-Length', String(sent.body.length));
  }
  list.push('Connection', keep);
  const sorted = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, value] of sorted) list.push(name, value);
  return list;
}
