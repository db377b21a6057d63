/** POST /webhooks/harbor: receives Harbor's webhooks and notifies of events that affect hosts. Upstreams: the bridges. */
import { bodyLimit } from 'hono/body-limit';
import { timingSafeEqual } from 'hono/utils/buffer';
import type { DeliveryAnswer } from '../shared/domain/webhooks/delivery-answer.ts';
import { harborDelivery } from '../shared/domain/webhooks/harbor-event.ts';
import { edge } from '../shared/edge/edge.ts';
import { edgeBridge } from '../shared/edge/edge-bridge.ts';
import { edgeDeliveries } from '../shared/edge/edge-deliveries.ts';
import { edgeNodes } from '../shared/edge/edge-nodes.ts';
import { may } from '../shared/http/access.ts';
import { countRefusals } from '../shared/http/count-refusals.ts';
import { defer } from '../shared/http/defer.ts';
import { createFunction, type FunctionMiddleware } from '../shared/http/function.ts';
import { input, payloadTooLarge } from '../shared/http/input.ts';
import { json } from '../shared/http/json-answer.ts';
import { Problem } from '../shared/values/problem.ts';

const MAX_BODY_BYTES = 1024 * 1024;

export const harborWebhook = createFunction().post(
  '/webhooks/harbor',
  may('open'),
  countRefusals((c, outcome) =>
    c.get('services').metrics.count('image_api_webhook_deliveries_total', { outcome }),
  ),
  fromHarbor(),
  bodyLimit({ maxSize: MAX_BODY_BYTES, onError: payloadTooLarge(MAX_BODY_BYTES) }),
  input({ body: harborDelivery }),
  async (c) => {
    const delivery = c.req.valid('json');
    const log = c.get('log');
    const events = delivery.events.length;
    Object.assign(log.fields, { type: delivery.type, events });
    if (events > 0) defer(c, c.get('services').deliveries.take(delivery, c.get('requestId')));
    log.level = 'INFO';
    const outcome = events > 0 ? 'accepted' : 'ignored';
    c.get('services').metrics.count('image_api_webhook_deliveries_total', { outcome });
    const answer: DeliveryAnswer = { outcome, request_id: c.get('requestId') };
    return json(c, answer, { status: 202 });
  },
);

/** Harbor sends the configured value unchanged. Refusals are logged, because Harbor shows only that a delivery failed. */
function fromHarbor(): FunctionMiddleware {
  return async function fromHarbor(c, next) {
    c.get('log').level = 'WARNING';
    const { harbor_webhook_token } = c.get('services').configuration.webhook_config;
    if (harbor_webhook_token === null) {
      throw new Problem(
        'webhook_not_configured',
        'Set webhook_config.harbor_webhook_token to the Auth Header of the webhook policy in Harbor.',
      );
    }
    // Any value may be configured, but a 401 must name a scheme (RFC 9110, 15.5.2).
    if (!(await timingSafeEqual(c.req.header('authorization') ?? '', harbor_webhook_token))) {
      throw new Problem(
        'unauthorized',
        'The Authorization header differs from webhook_config.harbor_webhook_token. Enter that value as Auth Header of the webhook policy in Harbor.',
        { headers: { 'WWW-Authenticate': 'Bearer' } },
      );
    }
    c.set('actor', { name: 'harbor_webhook_token' });
    await next();
  };
}

export default edge(harborWebhook, {
  bridge: edgeBridge,
  nodes: edgeNodes,
  deliveries: edgeDeliveries,
});
