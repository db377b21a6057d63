/** Answers readings, with a tag by which a client that has the same content gets 304. */
import { createHash } from 'node:crypto';
import { answer } from '../shared/http/answer.ts';
import type { FunctionContext } from '../shared/http/function.ts';
import { requestOf } from '../shared/http/request-context.ts';
import { type HostReading, nodeBody, readingBody } from '../shared/ports/bridge.ts';
import { hostReading, nodeReading } from '../shared/ports/host-reading.ts';

/** A reading as it is sent. Its tag is that of its content, whichever run it is of. */
interface Sent {
  readonly body: string;
  readonly etag: string;
}

/** Answers `GET /v1/node`. */
export async function answerNode(c: FunctionContext): Promise<Response> {
  const { reading, ageMs } = await nodeReading(c.get('services'), requestOf(c));
  const sent = c.get('services').memo(reading, 'body', (): Sent => {
    const body = nodeBody(reading);
    return { body, etag: etagOf(body) };
  });
  return answerSent(c, sent, ageMs);
}

/** Answers `GET /v1/images` or `/v1/containers`. */
export async function answerReading(
  c: FunctionContext,
  kind: 'images' | 'containers',
): Promise<Response> {
  const reading: HostReading<unknown> = await hostReading(c.get('services'), requestOf(c), kind);
  const sent = c.get('services').memo(reading.rows, 'body', (): Sent => {
    const body = readingBody(kind, reading);
    // Weak, because the time in the body differs.
    return { body, etag: `W/${etagOf(readingBody(kind, { ...reading, startedAtMs: 0 }))}` };
  });
  return answerSent(c, sent, reading.ageMs);
}

function answerSent(c: FunctionContext, { body, etag }: Sent, ageMs: number): Response {
  const headers = { ETag: etag, Age: String(Math.floor(ageMs / 1000)) };
  return c.req.header('if-none-match') === etag
    ? answer(c, null, { status: 304, headers })
    : answer(c, body, { headers });
}

const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;
