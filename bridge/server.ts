/** The bridge as a server: three read-only routes for clients with its token. */

import { timingSafeEqual } from 'hono/utils/buffer';
import type { Configuration } from '../shared/configuration/configuration.ts';
import {
  BRIDGE_WIRE_VERSION,
  type Bridge,
  type BridgeVersion,
  type HostReading,
  readingBody,
} from '../shared/host/bridge.ts';
import { hostReading, wantsFresh } from '../shared/host/host-reading.ts';
import { bearerToken } from '../shared/http/access.ts';
import { answer, json } from '../shared/http/answer.ts';
import { createApp } from '../shared/http/app.ts';
import {
  createFunction,
  type FunctionContext,
  type FunctionMiddleware,
} from '../shared/http/function.ts';
import type { Logger } from '../shared/log/logger.ts';
import { createMemo } from '../shared/node/memo.ts';
import { Problem } from '../shared/problem.ts';
import { trivialServices } from '../shared/trivial-services.ts';
import { VERSION } from '../shared/version.ts';

/** Makes the app of a bridge process. Without `bridge_token` everyone who reaches it may read. */
export function createBridgeApp(options: {
  readonly bridge: Bridge;
  readonly configuration: Configuration;
  readonly logger: Logger;
}) {
  const { bridge, configuration, logger } = options;
  const { bridge_token } = configuration.bridge_config;
  const services = {
    ...trivialServices(compact(configuration), logger),
    bridge,
    memo: createMemo(),
  };
  const routes = createFunction()
    .use(withToken(bridge_token))
    .get('/v1/images', (c) => answerReading(c, 'images'))
    .get('/v1/containers', (c) => answerReading(c, 'containers'))
    .get('/v1/version', (c) => json(c, THIS_VERSION));
  return createApp(routes, () => services);
}

/** The bridge answers programs: its JSON has no indentation. */
function compact(configuration: Configuration): Configuration {
  const app_config = { ...configuration.app_config, jsonify_prettyprint_regular: false };
  return { ...configuration, app_config };
}

const THIS_VERSION: BridgeVersion = { version: VERSION, wire_version: BRIDGE_WIRE_VERSION };

function withToken(token: string | null): FunctionMiddleware {
  return async function withToken(c, next) {
    if (token !== null && !(await timingSafeEqual(bearerToken(c.req.raw.headers) ?? '', token))) {
      throw new Problem(
        'unauthorized',
        'The bridge needs the header "Authorization: Bearer TOKEN" with bridge_config.bridge_token.',
        { headers: { 'WWW-Authenticate': 'Bearer' } },
      );
    }
    await next();
  };
}

async function answerReading(c: FunctionContext, kind: 'images' | 'containers'): Promise<Response> {
  const fresh = wantsFresh({ 'cache-control': c.req.header('cache-control') });
  const reading: HostReading<unknown> = await hostReading(c, kind, fresh);
  // Made once for each run. With the tag, a client that has these rows gets 304.
  const { body, etag } = c.get('services').memo(reading.rows, 'body', () => ({
    body: readingBody(kind, reading),
    etag: `"${crypto.randomUUID()}"`,
  }));
  const headers = { ETag: etag, Age: String(Math.floor(reading.ageMs / 1000)) };
  return c.req.header('if-none-match') === etag
    ? answer(c, null, { status: 304, headers })
    : answer(c, body, { headers });
}
