/**
 * Processes a delivery of Harbor's webhooks: drops what is kept of the repository, drops repeats, reads the
 * hosts, determines the effects of each event, notifies. Runtimes differ in what they remember, collect and retry.
 */

import type { Logger } from '../../ports/logger.ts';
import type { Metrics } from '../../ports/metrics/metrics.ts';
import type { Notification } from '../../ports/notification.ts';
import type { RepositoryAt } from '../../values/names.ts';
import { Problem } from '../../values/problem.ts';
import { type GiveWay, neverGiveWay } from '../../values/waiting/give-way.ts';
import { notificationOf } from './effect-notification.ts';
import type { EventEffect } from './event-effect.ts';
import { effectsOf } from './event-effects.ts';
import type { EventHosts, HostReadingCall, HostReadingOptions } from './event-hosts.ts';
import { createEventMatches } from './event-matches.ts';
import type { HarborDelivery, HarborEvent } from './harbor-event.ts';

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
export interface DeliveryOptions extends HostReadingOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Pick<Metrics, 'count'>;
  /** The registry's names in image references. */
  readonly registries: readonly string[];
  /** Drops what is kept of a repository that an event names. By default nothing is kept. */
  readonly forget?: (at: RepositoryAt) => void;
  /** Is called after each step of long work. Default: the work is done at once. */
  readonly giveWay?: GiveWay;
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

/** Tells whether `key` was last seen in the same state; records `state` as its last one. */
export type IsRepeated = (key: string, state: string) => boolean;

/** The parts that differ between runtimes, and the options that the pipeline itself uses. */
export interface DeliveryParts
  extends Pick<
    DeliveryOptions,
    'registries' | 'forget' | 'giveWay' | 'now' | 'logger' | 'metrics'
  > {
  /** Reads the hosts. Returns why that failed; never rejects. */
  readonly readHosts: (
    call: Pick<HostReadingCall, 'requestId' | 'withContainers'>,
  ) => Promise<EventHosts | Problem>;
  readonly isRepeatedEvent: IsRepeated;
  readonly isRepeatedEffect: IsRepeated;
  readonly batches: (process: ProcessEvents) => EventBatches;
  readonly notify: (notification: Notification) => void | Promise<void>;
}

/** Connects the parts. */
export function createDeliveryTaker(parts: DeliveryParts): DeliveryTaker {
  const { readHosts, registries, isRepeatedEvent, isRepeatedEffect, notify, now, logger } = parts;
  const { giveWay = neverGiveWay } = parts;

  const batches = parts.batches(async (events) => {
    const withContainers = events.some(({ event }) => event.kind === 'deleted');
    const hosts = await readHosts({ requestId: events[0]?.requestId ?? '', withContainers });
    const parsed = events.map(({ event }) => event);
    const matches = createEventMatches(parsed, registries);
    for (const host of hosts instanceof Problem ? [] : hosts.hosts) {
      matches.add(host);
      await giveWay();
    }
    for (const { event, requestId } of events) {
      for (const effect of newEffects(event, effectsOf(event, hosts, { matches, registries }))) {
        await notify(await notificationOf(effect, { nowMs: now(), requestId }));
      }
      await giveWay();
    }
  });

  /** Those that were not notified. No effect is recorded too, so that one that returns later is notified again. */
  function newEffects(event: HarborEvent, effects: readonly EventEffect[]) {
    if (effects.length === 0) isRepeatedEffect(subjectOf(event), stateOf(event, null));
    return effects.filter((effect) => {
      // Besides the effect on the images of the hosts.
      const subject = effect.effect === 'gone' ? `gone ${subjectOf(event)}` : subjectOf(event);
      return !isRepeatedEffect(subject, stateOf(event, effect));
    });
  }

  function dropRepeats({ id, events }: HarborDelivery): readonly HarborEvent[] {
    const isRepeatedDelivery = id !== null && isRepeatedEvent(id, '');
    // Every event is looked up, so that the Default format of the same event is recognised.
    return events.filter((event) => !isRepeatedEvent(keyOf(event), '') && !isRepeatedDelivery);
  }

  return {
    take(delivery, requestId) {
      const { events } = delivery;
      for (const at of repositoriesOf(events)) parts.forget?.(at);
      // Before its events are recorded as seen, because Harbor sends a refused delivery again.
      batches.checkRoom(events.length);
      const news = dropRepeats(delivery);
      const repeated = events.length - news.length;
      if (repeated > 0) {
        parts.metrics?.count('image_api_webhook_events_total', { outcome: 'repeated' }, repeated);
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

/** The repositories of events, each once. */
function repositoriesOf(events: readonly HarborEvent[]): readonly RepositoryAt[] {
  const byName = new Map(
    events.map(({ project, repository }) => [`${project}/${repository}`, { project, repository }]),
  );
  return [...byName.values()];
}
