/** The bridge as a server: all that it answers, to those who may ask. It reads and changes nothing. */
import { createApp } from '../shared/app.ts';
import type { Configuration } from '../shared/configuration/configuration.ts';
import { equalTexts } from '../shared/constant-time.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import type { Exchange } from '../shared/exchange.ts';
import { harborOf } from '../shared/harbor-options.ts';
import {
  BRIDGE_WIRE_VERSION,
  type Bridge,
  type BridgeVersion,
  type HostReading,
} from '../shared/host/bridge.ts';
import { hostReading } from '../shared/host/host-reading.ts';
import type { Logger } from '../shared/log/logger.ts';
import { type NodeEnv, targetOf } from '../shared/node/http/http-server.ts';
import { createMemo } from '../shared/node/memo.ts';
import { Problem } from '../shared/problem.ts';
import { sleep } from '../shared/sleep.ts';
import { VERSION } from '../shared/version.ts';
import { runAlways } from '../shared/webhooks/answer-once.ts';
import { NO_DELIVERIES } from '../shared/webhooks/delivery-settings.ts';

/** The whole surface: fixed paths without parameters. */
const ROUTES: Readonly<Record<string, (exchange: Exchange) => Response | Promise<Response>>> = {
  '/v1/images': (exchange) => answerReading(exchange, 'images'),
  '/v1/containers': (exchange) => answerReading(exchange, 'containers'),
  '/v1/version': (exchange) => {
    const version: BridgeVersion = { version: VERSION, wire_version: BRIDGE_WIRE_VERSION };
    return exchange.json(version);
  },
};

/** Makes the app of a bridge process. Without `bridge_token` whoever reaches it may read. */
export function createBridgeApp(options: {
  readonly bridge: Bridge;
  readonly configuration: Configuration;
  readonly logger: Logger;
}) {
  const { bridge, configuration, logger } = options;
  const { bridge_token } = configuration.bridge_config;
  const endpoints = Object.entries(ROUTES).map(
    ([path, handle]): Endpoint => ({
      name: 'bridge',
      method: 'GET',
      path,
      // The bridge has its own token, none of the service's.
      right: 'open',
      anyHost: true,
      handle: async (exchange) => {
        if (bridge_token !== null) await admit(exchange.request.headers, bridge_token);
        return handle(exchange);
      },
    }),
  );
  const { app_config } = configuration;
  const noFetch = () => Promise.reject(new Error('the bridge calls nobody'));
  const services = {
    configuration: {
      ...configuration,
      app_config: { ...app_config, jsonify_prettyprint_regular: false },
    },
    logger,
    harbor: harborOf(configuration, { fetch: noFetch, sleep, logger }),
    fetch: noFetch,
    bridge,
    now: Date.now,
    sleep,
    webhooks: NO_DELIVERIES,
    answerOnce: runAlways,
    memo: createMemo(),
    connection: (env: unknown) => ({
      peer: (env as NodeEnv).incoming.socket.remoteAddress ?? 'unix',
      local: false,
    }),
  };
  return createApp(endpoints, () => services, { targetOf });
}

async function admit(headers: Headers, token: string): Promise<void> {
  const [, given = ''] = /^bearer +(\S+) *$/i.exec(headers.get('authorization') ?? '') ?? [];
  if (await equalTexts(given, token)) return;
  throw new Problem(
    'unauthorized',
    'The bridge needs the header "Authorization: Bearer TOKEN" with bridge_config.bridge_token.',
    { headers: { 'WWW-Authenticate': 'Bearer' } },
  );
}

/** What is made once for each run; the tag tells clients that they have these rows already. */
interface Encoded {
  readonly body: string;
  readonly etag: string;
}

async function answerReading(exchange: Exchange, kind: 'images' | 'containers'): Promise<Response> {
  const { memo } = exchange.services;
  const reading: HostReading<unknown> = await hostReading(exchange, kind);
  const encode = (): Encoded => ({
    body: JSON.stringify({ started_at_ms: reading.startedAtMs, [kind]: reading.rows }),
    etag: `"${crypto.randomUUID()}"`,
  });
  const { body, etag } = memo?.(reading.rows, 'body', encode) ?? encode();
  const headers = { ETag: etag, Age: String(Math.floor(reading.ageMs / 1000)) };
  return exchange.request.headers.get('if-none-match') === etag
    ? exchange.answer(null, { status: 304, headers })
    : exchange.answer(body, { headers });
}
