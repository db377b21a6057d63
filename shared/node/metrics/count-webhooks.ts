/** Counts webhooks and notifications. */
import type { Registry } from 'prom-client';
import {
  DELIVERY_OUTCOMES,
  EVENT_OUTCOMES,
  INVOCATION_OUTCOMES,
  NOTIFICATION_OUTCOMES,
  type WebhookMetrics,
} from '../../ports/metrics/webhook-metrics.ts';
import { closedCounter } from './closed-counter.ts';

export function countWebhooks(registers: Registry[]): WebhookMetrics {
  const deliveries = closedCounter({
    name: 'image_api_webhook_deliveries_total',
    help: "Deliveries of Harbor's webhooks, by how they were answered.",
    labels: { outcome: DELIVERY_OUTCOMES },
    registers,
  });
  const events = closedCounter({
    name: 'image_api_webhook_events_total',
    help: "Events of Harbor's webhooks, by what became of them.",
    labels: { outcome: EVENT_OUTCOMES },
    registers,
  });
  const invocations = closedCounter({
    name: 'image_api_webhook_invocations_total',
    help: 'Function calls by webhook, by how they were answered.',
    labels: { outcome: INVOCATION_OUTCOMES },
    registers,
  });
  const notifications = closedCounter({
    name: 'image_api_notifications_total',
    help: 'Notifications of events, by what became of them.',
    labels: { outcome: NOTIFICATION_OUTCOMES },
    registers,
  });
  return {
    delivered: (outcome) => deliveries({ outcome }),
    events: (outcome, count) => events({ outcome }, count),
    invoked: (outcome) => invocations({ outcome }),
    notified: (outcome) => notifications({ outcome }),
  };
}
