/**
 * Harbor's deliveries in a long-lived process: repeats are recognised, and events that arrive
 * together share one reading of the host.
 */

import type { Receiver } from '../../adapters/receiver/send-notification.ts';
import {
  createDeliveryTaker,
  type DeliveryOptions,
  type DeliveryTaker,
  type EventBatches,
  type ProcessEvents,
  type ReceivedEvent,
} from '../../domain/webhooks/delivery.ts';
import { readEventHosts } from '../../domain/webhooks/event-hosts.ts';
import { noMetrics } from '../../ports/metrics/metrics.ts';
import { Problem } from '../../values/problem.ts';
import { noQueueObserver, type QueueObserver } from '../../values/waiting/limit.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';
import { QUEUE_LIMITS } from '../../values/waiting/queue-limits.ts';
import { createNotificationQueue } from './notification-queue.ts';
import { createRepeatedStates } from './repeated-states.ts';

/** Harbor retries a delivery for about four minutes. */
const REMEMBERED_MS = 15 * 60_000;
const REMEMBERED = 4096;
/** One push or one retention run causes several events at once. */
const GATHER_MS = 100;
/** For a bridge that hangs. `crictl_timeout_ms` normally ends a reading earlier. */
const HOST_TIMEOUT_MS = 60_000;
const CLOSE_MS = 1_000;

export interface NodeDeliveries extends DeliveryTaker {
  /** Processes the pending events within a second, then sends the remaining notifications within two. */
  close(): Promise<void>;
}

export interface NodeDeliveryOptions extends DeliveryOptions, Receiver {
  readonly maxPending?: number;
  /** Watches the two queues. Default: none is watched. */
  readonly observe?: (queue: 'webhook_events' | 'notifications') => QueueObserver;
}

/** Makes the taker of deliveries for a Node process. */
export function createNodeDeliveries(options: NodeDeliveryOptions): NodeDeliveries {
  const { now, sleep, logger, maxPending = QUEUE_LIMITS.webhook_events } = options;
  const { metrics = noMetrics, observe = () => noQueueObserver } = options;
  const observer = observe('webhook_events');
  const closing = new AbortController();
  const ended = new AbortController();
  const notifications = createNotificationQueue({
    ...options,
    observer: observe('notifications'),
  });
  const memory = { maxKeys: REMEMBERED, maxAgeMs: REMEMBERED_MS, now };
  let pending: ReceivedEvent[] = [];
  let working: Promise<void> | null = null;

  function batches(process: ProcessEvents): EventBatches {
    async function work(): Promise<void> {
      while (pending.length > 0) {
        // Closing: continue at once.
        const gather = (signal: AbortSignal) => sleep(GATHER_MS, signal);
        await withOwnSignal(closing.signal, gather).catch(() => undefined);
        const batch = pending;
        pending = [];
        observer.waiting(-batch.length);
        const outcome = await process(batch).then(
          () => 'processed' as const,
          (err: unknown) => {
            const request_ids = [...new Set(batch.map(({ requestId }) => requestId))];
            logger.log('ERROR', 'processing webhook events failed', { request_ids, err });
            return 'failed' as const;
          },
        );
        metrics.count('image_api_webhook_events_total', { outcome }, batch.length);
      }
      working = null;
    }
    return {
      checkRoom(count) {
        if (pending.length + count <= maxPending) return;
        observer.refused();
        const detail = 'Too many webhook events are waiting. Send this delivery again later.';
        throw new Problem('overloaded', detail, { headers: { 'Retry-After': '10' } });
      },
      add(events) {
        pending.push(...events);
        observer.waiting(events.length);
        if (pending.length > 0) working ??= work();
        return working ?? Promise.resolve();
      },
    };
  }

  const { take } = createDeliveryTaker({
    ...options,
    readHosts: (call) =>
      withOwnSignal(
        ended.signal,
        (signal) => readEventHosts(options, { ...call, signal }),
        HOST_TIMEOUT_MS,
      ),
    isRepeatedEvent: createRepeatedStates(memory),
    isRepeatedEffect: createRepeatedStates(memory),
    batches,
    notify: notifications.add,
  });

  return {
    take,
    async close() {
      closing.abort();
      const timer = setTimeout(() => ended.abort(), CLOSE_MS);
      await working;
      clearTimeout(timer);
      await notifications.close();
    },
  };
}
