/** What follows from a delivery of Harbor: a look at the host, and notifications. */

import type { Services } from '../endpoint.ts';
import type { HostImage } from '../host/bridge.ts';
import { Problem, type ProblemCode } from '../problem.ts';
import { matterOf, registryNames } from './event-effect.ts';
import type { HarborEvent } from './harbor-event.ts';
import { logNotification, notificationOf, sendNotification } from './notification.ts';

/** Within the 30 s that workerd lets work go on after the answer. */
const AFTER_ANSWER = {
  hostMs: 10_000,
  allMs: 25_000,
  persistence: { tries: 4, timeoutMs: 5_000, firstPauseMs: 1_000, maxPauseMs: 4_000 },
};
/** Harbor waits three seconds for the answer. */
const BEFORE_ANSWER = {
  hostMs: 1_200,
  allMs: 2_000,
  persistence: { tries: 1, timeoutMs: 2_000, firstPauseMs: 0, maxPauseMs: 0 },
};

/** What says that others ask too much just now, and nothing of the host. */
const BUSY: readonly ProblemCode[] = ['rate_limited', 'overloaded'];
const BUSY_PAUSE_MS = 1_000;

/**
 * Looks at the host by a run that begins now; waits while others keep it busy.
 * @returns its images, or why they could not be read. Never rejects.
 */
export async function lookAtHost(
  services: Pick<Services, 'bridge' | 'logger' | 'sleep'>,
  options: { readonly signal: AbortSignal; readonly requestId: string },
): Promise<readonly HostImage[] | Problem> {
  for (;;) {
    const found = await lookOnce(services, options);
    if (!(found instanceof Problem && BUSY.includes(found.code))) return found;
    const isTimeLeft = await services.sleep(BUSY_PAUSE_MS, options.signal).then(
      () => !options.signal.aborted,
      () => false,
    );
    if (!isTimeLeft) return found;
  }
}

async function lookOnce(
  { bridge, logger }: Pick<Services, 'bridge' | 'logger'>,
  { signal, requestId }: { readonly signal: AbortSignal; readonly requestId: string },
): Promise<readonly HostImage[] | Problem> {
  if (bridge === null) {
    return new Problem(
      'bridge_unavailable',
      'No bridge is configured; set bridge_config.bridge_url.',
    );
  }
  try {
    const { rows } = await bridge.images({ fresh: true, signal: () => signal, requestId });
    return rows;
  } catch (err) {
    if (err instanceof Problem) return err;
    if (signal.aborted) return new Problem('crictl_timeout', 'The host did not answer in time.');
    logger.log('ERROR', 'reading the host for a webhook failed', { request_id: requestId, err });
    return new Problem('internal', 'Reading it failed; the log tells why.');
  }
}

/** Works on events within one request, where nothing is shared between requests. Never rejects. */
export async function notifyOfEvents(
  events: readonly HarborEvent[],
  services: Services,
  requestId: string,
): Promise<void> {
  const { configuration, logger, now, fetch, sleep } = services;
  const { notify_url, notify_secret } = configuration.webhook_config;
  const limits = services.deferral === 'before' ? BEFORE_ANSWER : AFTER_ANSWER;
  // Not the request's signal: this outlives the answer.
  const signal = AbortSignal.timeout(limits.allMs);
  const host = await lookAtHost(services, {
    signal: AbortSignal.timeout(limits.hostMs),
    requestId,
  });
  const registries = registryNames(configuration);
  for (const event of events) {
    const matter = matterOf(event, host, registries);
    if (matter === null) continue;
    const notification = await notificationOf(matter, { nowMs: now(), requestId });
    if (notify_url === null) logNotification(logger, notification);
    else {
      const { persistence } = limits;
      const pause = (ms: number) =>
        sleep(ms, signal).then(
          () => true,
          () => false,
        );
      await sendNotification(notification, {
        notify_url,
        notify_secret,
        fetch,
        now,
        logger,
        persistence,
        pause,
        signal,
      });
    }
  }
}
