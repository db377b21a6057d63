/**
 * POST /webhooks/{function}: calls a function for senders that can only post, signed the Standard
 * Webhooks way. Upstreams: those of the function.
 */
import * as z from 'zod/mini';
import { respond } from '../shared/app.ts';
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import type { Exchange } from '../shared/exchange.ts';
import { Problem } from '../shared/problem.ts';
import type { KeptAnswer } from '../shared/webhooks/answer-once.ts';
import { type DirectCall, type Invocable, readInvocation } from '../shared/webhooks/invocation.ts';
import { mediaTypeOf, parseJsonBody, readBody } from '../shared/webhooks/request-body.ts';
import { verifyWebhook } from '../shared/webhooks/standard-webhooks.ts';
import { deleteHarborArtifact } from './delete-harbor-artifact.ts';
import { harborArtifacts } from './harbor-artifacts.ts';
import { harborProjects } from './harbor-projects.ts';
import { harborRepositories } from './harbor-repositories.ts';
import { readyz } from './health.ts';
import { images } from './images.ts';
import { localImages } from './local-images.ts';
import { openapi } from './openapi.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** What can be called, by the name of its function; no webhook is among them. */
export const INVOCABLES: ReadonlyMap<string, Invocable> = new Map(
  [
    { endpoint: localImages, extras: ['no_cache' as const] },
    { endpoint: harborProjects },
    { endpoint: harborRepositories },
    { endpoint: harborArtifacts },
    { endpoint: deleteHarborArtifact },
    { endpoint: images, extras: ['no_cache' as const] },
    { endpoint: readyz, extras: ['verbose' as const] },
    { endpoint: openapi },
  ].map((invocable) => [invocable.endpoint.name, invocable]),
);

export const webhookInvoke: Endpoint = {
  name: 'webhook-invoke',
  method: 'POST',
  path: '/webhooks/{function}',
  right: 'open',
  // The direct call's.
  answer: z.unknown(),
  handle: async (exchange) => {
    const { request, requestId, segments, services, fields } = exchange;
    // Until it is known who sends: refused invocations are worth a line.
    exchange.logLevel = 'WARNING';
    const { invoke_secret: secrets } = services.configuration.webhook_config;
    if (secrets.length === 0) {
      throw new Problem(
        'webhook_not_configured',
        'Set webhook_config.invoke_secret to allow this.',
      );
    }
    const body = await readBody(request, MAX_BODY_BYTES);
    const { headers } = request;
    const id = await verifyWebhook({ headers, body }, { secrets, nowMs: services.now() });
    exchange.identity = 'webhook';

    const [name = ''] = segments;
    const invocable = INVOCABLES.get(name);
    if (invocable === undefined) {
      const names = [...INVOCABLES.keys()].join(', ');
      throw new Problem('not_found', `There is no such function; there are ${names}.`);
    }
    Object.assign(fields, { function: name, webhook_id: id });
    const call = readInvocation(invocable, readParameters(headers, body));

    // Senders use one id for all receivers of a message, so it is not enough alone.
    const { answer, repeated } = await services.answerOnce(`${name} ${id}`, ({ shared }) =>
      callFunction(exchange, invocable.endpoint, { ...call, shared }),
    );
    if (repeated) fields['repeated'] = true;
    const answerHeaders = new Headers(answer.headers.map(([name, value]) => [name, value]));
    answerHeaders.set('Cache-Control', 'no-store');
    answerHeaders.set('X-Request-Id', requestId);
    return new Response(answer.body, { status: answer.status, headers: answerHeaders });
  },
};

/** An empty body has no parameters. @throws Problem unsupported_media_type, invalid_request */
function readParameters(headers: Headers, body: Uint8Array): unknown {
  if (body.length === 0) return {};
  if (!/^application\/([\w.-]+\+)?json$/.test(mediaTypeOf(headers))) {
    throw new Problem('unsupported_media_type', 'Send the parameters as application/json.');
  }
  return parseJsonBody(body);
}

/** Calls an endpoint as a direct request would, with the identity and the log line of the webhook. */
async function callFunction(
  exchange: Exchange,
  endpoint: Endpoint,
  call: DirectCall & { readonly shared: boolean },
): Promise<KeptAnswer> {
  const { request, requestId } = exchange;
  const { method } = endpoint;
  const direct = new Request(new URL(call.path + call.search, request.url), {
    method,
    headers: { ...call.headers, 'X-Request-Id': requestId },
    // An answer that others may wait for must not end half-way because its first sender gave up.
    signal: call.shared ? null : exchange.signal,
  });
  const { path, segments } = call;
  const inner = exchange.callOf(direct, { endpoint, path, segments, identity: 'webhook' });
  const response = await respond(inner);
  Object.assign(exchange.fields, inner.fields);
  exchange.logLevel = inner.logLevel;
  exchange.upstreamMs += inner.upstreamMs;
  const body = new Uint8Array(await response.arrayBuffer());
  return { status: response.status, headers: [...response.headers], body };
}

export const endpoints = [webhookInvoke];
export default edgeApp(endpoints, { bridge: edgeBridge });
