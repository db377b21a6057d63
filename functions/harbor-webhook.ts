/** POST /webhooks/harbor: takes Harbor's webhooks and notifies of those that affect this host. Upstream: the bridge. */
import * as z from 'zod/mini';
import { equalTexts } from '../shared/constant-time.ts';
import { edgeApp } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeWebhooks } from '../shared/edge/edge-webhooks.ts';
import type { Endpoint } from '../shared/endpoint.ts';
import type { Exchange } from '../shared/exchange.ts';
import { Problem } from '../shared/problem.ts';
import { parseHarborDelivery } from '../shared/webhooks/harbor-event.ts';
import { mediaTypeOf, parseJsonBody, readBody } from '../shared/webhooks/request-body.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const MEDIA_TYPES = ['application/json', 'application/cloudevents+json'];

const answerSchema = z.object({
  /** Whether the delivery has events that can affect a host. */
  outcome: z.enum(['accepted', 'ignored']),
  request_id: z.string(),
});

export const harborWebhook: Endpoint = {
  name: 'harbor-webhook',
  method: 'POST',
  path: '/webhooks/harbor',
  right: 'open',
  answer: answerSchema,
  handle: async (exchange) => {
    const { request, requestId, services, fields } = exchange;
    // Until it is taken: Harbor itself only shows that a delivery failed, not why.
    exchange.logLevel = 'WARNING';
    await checkAuthorization(exchange);
    if (!MEDIA_TYPES.includes(mediaTypeOf(request.headers))) {
      throw new Problem('unsupported_media_type', `Send ${MEDIA_TYPES.join(' or ')}.`);
    }
    const delivery = parseHarborDelivery(parseJsonBody(await readBody(request, MAX_BODY_BYTES)));
    const { type, events } = delivery;
    Object.assign(fields, { type, events: events.length });

    if (events.length > 0) {
      const work = services.webhooks.take(delivery, requestId);
      if (services.deferral === 'before') await work;
      else exchange.defer(work);
    }
    exchange.logLevel = 'INFO';
    const outcome = events.length > 0 ? 'accepted' : 'ignored';
    return exchange.json({ outcome, request_id: requestId }, { status: 202 });
  },
};

/** Harbor sends the configured value as it is. @throws Problem webhook_not_configured, unauthorized */
async function checkAuthorization(exchange: Exchange): Promise<void> {
  const { harbor_webhook_token } = exchange.services.configuration.webhook_config;
  if (harbor_webhook_token === null) {
    throw new Problem(
      'webhook_not_configured',
      'Set webhook_config.harbor_webhook_token to the auth header of the webhook policy in Harbor.',
    );
  }
  const given = exchange.request.headers.get('authorization') ?? '';
  if (!(await equalTexts(given, harbor_webhook_token))) {
    throw new Problem(
      'unauthorized',
      'The Authorization header is not webhook_config.harbor_webhook_token; type the same value into the webhook policy in Harbor.',
      { headers: { 'WWW-Authenticate': 'Bearer' } },
    );
  }
  exchange.identity = 'harbor_webhook_token';
}

export const endpoints = [harborWebhook];
export default edgeApp(endpoints, { bridge: edgeBridge, webhooks: edgeWebhooks });
