/**
 * Processes a delivery of Harbor's webhooks: drops repeats, reads the host's images, determines the
 * effect of each event, notifies. Runtimes differ in what they remember, collect and retry.
 */

import type { HostImage } from '../host/bridge.ts';
import type { Problem } from '../problem.ts';
import { type EventEffect, effectOf } from './event-effect.ts';
import type { HarborDelivery, HarborEvent } from './harbor-event.ts';
import type { HostReadingOptions } from './host-images.ts';
import { type Notification, notificationOf, type Receiver } from './notification.ts';

/** Takes deliveries. Made by `createEdgeDeliveries` or `createNodeDeliveries`. */
export interface DeliveryTaker {
  /**
   * Takes a delivery.
   * @returns a promise that resolves when its events are processed and never rejects
   * @throws Problem overloaded, synchronously, when too many events are waiting; Harbor sends the
   *   delivery again
   */
  take(delivery: HarborDelivery, requestId: string): Promise<void>;
}

/** The options on every runtime. */
export interface DeliveryOptions extends HostReadingOptions, Receiver {
  /** The registry's names in image references. */
  readonly registries: readonly string[];
}

/** An event, and the id of its request. */
export interface ReceivedEvent {
  readonly event: HarborEvent;
  readonly requestId: string;
}

export type ProcessEvents = (events: readonly ReceivedEvent[]) => Promise<void>;

/** Decides which events are processed together, with one reading of the host. */
export interface EventBatches {
  /** @throws Problem overloaded */
  checkRoom(count: number): void;
  /** Resolves when the events are processed. */
  add(events: readonly ReceivedEvent[]): Promise<void>;
}

/** Whether `key` was last seen in the same state; records `state` as its last one. */
export type IsRepeated = (key: string, state: string) => boolean;

/** The parts that differ between runtimes, and the options that the pipeline itself uses. */
export interface DeliveryParts extends Pick<DeliveryOptions, 'registries' | 'now' | 'logger'> {
  /** Reads the host's images. Returns why that failed; never rejects. */
  readonly readHost: (requestId: string) => Promise<readonly HostImage[] | Problem>;
  readonly isRepeatedEvent: IsRepeated;
  readonly isRepeatedEffect: IsRepeated;
  readonly batches: (process: ProcessEvents) => EventBatches;
  readonly notify: (notification: Notification) => void | Promise<void>;
}

/** Connects the parts. */
export function createDeliveryTaker(parts: DeliveryParts): DeliveryTaker {
  const { readHost, registries, isRepeatedEvent, isRepeatedEffect, notify, now, logger } = parts;

  const batches = parts.batches(async (events) => {
    const host = await readHost(events[0]?.requestId ?? '');
    for (const { event, requestId } of events) {
      const effect = effectOf(event, host, registries);
      // Also recorded without an effect, so that an effect that returns later is notified again.
      const isRepeated = isRepeatedEffect(subjectOf(event), stateOf(event, effect));
      if (effect === null || isRepeated) continue;
      await notify(await notificationOf(effect, { nowMs: now(), requestId }));
    }
  });

  function dropRepeats({ id, events }: HarborDelivery): readonly HarborEvent[] {
    const isRepeatedDelivery = id !== null && isRepeatedEvent(id, '');
    // Every event is looked up, so that the Default format of the same event is recognised.
    return events.filter((event) => !isRepeatedEvent(keyOf(event), '') && !isRepeatedDelivery);
  }

  return {
    take(delivery, requestId) {
      const { events } = delivery;
      // Before its events are recorded as seen, because Harbor sends a refused delivery again.
      batches.checkRoom(events.length);
      const news = dropRepeats(delivery);
      const repeated = events.length - news.length;
      if (repeated > 0) {
        logger.log('DEBUG', 'repeated events of Harbor', { request_id: requestId, repeated });
      }
      return batches.add(news.map((event) => ({ event, requestId })));
    },
  };
}

/** The same in both payload formats and for each retry. */
function keyOf({ kind, project, repository, tag, digest, occurredAtS }: HarborEvent): string {
  return JSON.stringify([kind, project, repository, tag, digest, occurredAtS]);
}

/** Pushes change the state of their tag. Each deletion is a subject of its own. */
function subjectOf(event: HarborEvent): string {
  const { kind, project, repository, tag } = event;
  return kind === 'pushed' ? JSON.stringify([project, repository, tag]) : keyOf(event);
}

function stateOf({ digest }: HarborEvent, effect: EventEffect | null): string {
  return `${effect?.effect ?? 'none'} ${digest}`;
}
