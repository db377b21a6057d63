/** What is counted of the webhooks, and of the notifications that follow from them. */

/** Why a request was not taken. `refused`: by its token or signature, or because no webhook is configured. */
const NOT_TAKEN = ['refused', 'invalid', 'overloaded', 'failed'] as const;
export type NotTaken = (typeof NOT_TAKEN)[number];

/** `ignored`: no event of the delivery concerns images. */
export const DELIVERY_OUTCOMES = ['accepted', 'ignored', ...NOT_TAKEN] as const;
type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** `answered`: the function was called, whatever it answered. `repeated`: by the answer of an earlier call. */
export const INVOCATION_OUTCOMES = ['answered', 'repeated', ...NOT_TAKEN] as const;
type InvocationOutcome = (typeof INVOCATION_OUTCOMES)[number];

/** `repeated`: Harbor had sent it before. */
export const EVENT_OUTCOMES = ['processed', 'repeated', 'failed'] as const;
type EventOutcome = (typeof EVENT_OUTCOMES)[number];

/** `dropped`: too many waited. `logged`: there is no `notify_url`. */
export const NOTIFICATION_OUTCOMES = ['sent', 'failed', 'dropped', 'logged'] as const;
type NotificationOutcome = (typeof NOTIFICATION_OUTCOMES)[number];

export interface WebhookMetrics {
  delivered(outcome: DeliveryOutcome): void;
  invoked(outcome: InvocationOutcome): void;
  events(outcome: EventOutcome, count: number): void;
  notified(outcome: NotificationOutcome): void;
}

export const noWebhookMetrics: WebhookMetrics = {
  delivered: () => undefined,
  invoked: () => undefined,
  events: () => undefined,
  notified: () => undefined,
};
