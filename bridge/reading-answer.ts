/** Answers readings, with a tag by which a client that has the same content gets 304. */
import { createHash } from 'node:crypto';
import { answer } from '../shared/http/answer.ts';
import type { FunctionContext } from '../shared/http/function.ts';
import { requestOf } from '../shared/http/request-context.ts';
import {
  type HostReading,
  type NodeReading,
  nodeBody,
  readingBody,
} from '../shared/ports/bridge.ts';
import { hostReading, nodeReading } from '../shared/ports/host-reading.ts';

/** A reading as it is sent. Its tag is that of its content, whichever run it is of. */
interface Sent {
  readonly body: string;
  readonly etag: string;
}

type Kind = 'images' | 'containers';

/** No path of a socket has it. */
const SEPARATOR = '\0';

/** Answers `GET /v1/node`. */
export async function answerNode(c: FunctionContext): Promise<Response> {
  const { reading, ageMs } = await nodeReading(c.get('services'), requestOf(c));
  const sent = c.get('services').memo(nodeSent, reading);
  return answerSent(c, sent, ageMs);
}

/** Answers `GET /v1/images` or `/v1/containers`. */
export async function answerReading(c: FunctionContext, kind: Kind): Promise<Response> {
  const reading: HostReading<unknown> = await hostReading(c.get('services'), requestOf(c), kind);
  const { rows, ambiguous, startedAtMs, ageMs } = reading;
  const { body, etag } = c.get('services').memo(rowsSent, rows, kind, ambiguous?.join(SEPARATOR));
  return answerSent(c, { body: atTime(body, startedAtMs), etag }, ageMs);
}

function nodeSent(reading: NodeReading): Sent {
  const body = nodeBody(reading);
  return { body, etag: etagOf(body) };
}

/** Rows as they are sent, but for the time, which is that of the epoch. The tag is weak, because it does not cover it. */
function rowsSent(rows: readonly unknown[], kind: Kind, ambiguous: string | undefined): Sent {
  const doubt = ambiguous === undefined ? {} : { ambiguous: ambiguous.split(SEPARATOR) };
  const body = readingBody(kind, { rows, ...doubt, startedAtMs: 0, ageMs: 0 });
  return { body, etag: `W/${etagOf(body)}` };
}

/** The time is the first member. */
function atTime(body: string, startedAtMs: number): string {
  return body.replace(':0,', `:${startedAtMs},`);
}

function answerSent(c: FunctionContext, { body, etag }: Sent, ageMs: number): Response {
  const headers = { ETag: etag, Age: String(Math.floor(ageMs / 1000)) };
  return c.req.header('if-none-match') === etag
    ? answer(c, null, { status: 304, headers })
    : answer(c, body, { headers });
}

const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;
