/**
 * Harbor's deliveries on runtimes where requests share nothing: each is processed alone, after its answer
 * or before it, and nothing is remembered.
 */

import { type Receiver, sendNotification } from '../adapters/receiver/send-notification.ts';
import {
  createDeliveryTaker,
  type DeliveryOptions,
  type DeliveryTaker,
  type EventBatches,
  type ProcessEvents,
} from '../domain/webhooks/delivery.ts';
import { deliverySettings } from '../domain/webhooks/delivery-settings.ts';
import { readEventHosts } from '../domain/webhooks/event-hosts.ts';
import { sleep } from '../values/waiting/sleep.ts';
import type { EdgeUpstreams } from './edge.ts';

/** Within the 30 s for which workerd continues work after the answer. */
const AFTER_ANSWER = {
  hostMs: 10_000,
  totalMs: 25_000,
  retries: { attempts: 4, timeoutMs: 5_000, firstPauseMs: 1_000, maxPauseMs: 4_000 },
};
/** Harbor waits three seconds for the answer. */
const BEFORE_ANSWER = {
  hostMs: 1_200,
  totalMs: 2_000,
  retries: { attempts: 1, timeoutMs: 2_000, firstPauseMs: 0, maxPauseMs: 0 },
};

export interface EdgeDeliveryOptions extends DeliveryOptions, Receiver {
  /** `before` where nothing runs after the answer (Lambda). */
  readonly deferral?: 'before';
}

/** Makes the taker of deliveries for edge runtimes. A repeat is notified again, under the same id. */
export function createEdgeDeliveries(options: EdgeDeliveryOptions): DeliveryTaker {
  const limits = options.deferral === 'before' ? BEFORE_ANSWER : AFTER_ANSWER;
  return {
    take(delivery, requestId) {
      // The request's signal would end the work, which outlives the answer.
      const signal = AbortSignal.timeout(limits.totalMs);
      const hostSignal = AbortSignal.timeout(limits.hostMs);
      const pause = (ms: number) =>
        options.sleep(ms, signal).then(
          () => true,
          () => false,
        );
      const taker = createDeliveryTaker({
        ...options,
        readHosts: (call) => readEventHosts(options, { ...call, signal: hostSignal }),
        isRepeatedEvent: () => false,
        isRepeatedEffect: () => false,
        batches: oneDelivery,
        notify: (notification) =>
          sendNotification(notification, { ...options, retries: limits.retries, pause, signal }),
      });
      return taker.take(delivery, requestId);
    },
  };
}

/** The taker of an edge function. */
export function edgeDeliveries(context: EdgeUpstreams): DeliveryTaker {
  const { configuration, logger, deferral, bridge, nodes } = context;
  return createEdgeDeliveries({
    ...deliverySettings(configuration, bridge),
    nodes,
    ...(deferral === 'before' && { deferral }),
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    sleep,
    logger,
  });
}

function oneDelivery(process: ProcessEvents): EventBatches {
  return { checkRoom: () => undefined, add: process };
}
