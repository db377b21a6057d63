/** Answers readings, with a tag by which a client that has the same content gets 304. */
import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { answer } from '../shared/http/base/answer.ts';
import type { BaseEnv } from '../shared/http/base/base-env.ts';
import { wantsFresh } from '../shared/http/base/request-headers.ts';
import { createMemo } from '../shared/node/sharing/memo.ts';
import type { Bridge, HostReading, HostReadOptions, NodeReading } from '../shared/ports/bridge.ts';
import { CONTAINERS_AFTER_MS, nodeBody, readingBody } from '../shared/ports/bridge-bodies.ts';

/** A reading as it is sent. Its tag is that of its content, whichever run it is of. */
interface Sent {
  readonly body: string;
  readonly etag: string;
}

type Kind = 'images' | 'containers';

/** No path of a socket has it. */
const SEPARATOR = '\0';

/** The answers of one bridge. */
export function readingAnswers(bridge: Bridge) {
  const memo = createMemo();
  return {
    /** Answers `GET /v1/node`. */
    async answerNode(c: Context<BaseEnv>): Promise<Response> {
      const arrivedAtMs = performance.now();
      const read = await c.get('log').upstream(bridge.node(optionsOf(c)));
      const afterMs = Math.floor(
        performance.now() - arrivedAtMs - (read.containersAgeMs ?? read.ageMs),
      );
      const more = { [CONTAINERS_AFTER_MS]: String(afterMs) };
      return answerSent(c, { ...memo(nodeSent, read.reading), ageMs: read.ageMs }, more);
    },

    /** Answers `GET /v1/images` or `/v1/containers`. */
    async answerReading(c: Context<BaseEnv>, kind: Kind): Promise<Response> {
      const read: Promise<HostReading<unknown>> = bridge[kind](optionsOf(c));
      const { rows, ambiguous, startedAtMs, ageMs } = await c.get('log').upstream(read);
      const { body, etag } = memo(rowsSent, rows, kind, ambiguous?.join(SEPARATOR));
      return answerSent(c, { body: atTime(body, startedAtMs), etag, ageMs });
    },
  };
}

function optionsOf(c: Context<BaseEnv>): HostReadOptions {
  return {
    fresh: wantsFresh(c.req.raw.headers),
    signal: () => c.req.raw.signal,
    requestId: c.get('requestId'),
  };
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

function answerSent(
  c: Context<BaseEnv>,
  { body, etag, ageMs }: Sent & { readonly ageMs: number },
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = { ETag: etag, Age: String(Math.floor(ageMs / 1000)), ...more };
  return c.req.header('if-none-match') === etag
    ? answer(c, null, { status: 304, headers })
    : answer(c, body, { headers });
}

const etagOf = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;
