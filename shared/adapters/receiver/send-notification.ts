/**
 * Sends notifications to `notify_url`, the receiver of the operator. Not p-retry: a stop ends the pause and is followed by a
 * last attempt, but its `signal` ends both, so the pauses would still be ours; what is left is the loop of a few lines.
 */
import type { Logger } from '../../ports/logger.ts';
import { type Metrics, noMetrics } from '../../ports/metrics/metrics.ts';
import { logNotification, type Notification } from '../../ports/notification.ts';
import { signWebhook } from '../../values/standard-webhooks.ts';
import { withOwnSignal } from '../../values/waiting/own-signal.ts';

/** Where notifications go. */
export interface Receiver {
  /** The URL to send to; null: each notification is a line in the log. */
  readonly notifyUrl: string | null;
  /** The secret to sign with; null: notifications are not signed. */
  readonly notifySecret: string | null;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: Pick<Metrics, 'count'>;
}

/** How often sending is tried. */
export interface Retries {
  /** In all, the first included. */
  readonly attempts: number;
  /** The time limit of one attempt. */
  readonly timeoutMs: number;
  /** Before the second attempt; doubles with each further one. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

export interface SendOptions extends Receiver {
  readonly retries: Retries;
  /** Waits between attempts. False: there is no further attempt. */
  readonly pause: (ms: number) => Promise<boolean>;
  /** Ends the attempt under way and prevents further ones. */
  readonly signal: AbortSignal;
}

/** Sends a notification. Logs it at WARNING when that fails or there is no receiver. Never rejects. */
export async function sendNotification(
  notification: Notification,
  options: SendOptions,
): Promise<void> {
  const { notifyUrl, retries, signal, logger, metrics = noMetrics } = options;
  if (notifyUrl === null) {
    metrics.count('image_api_notifications_total', { outcome: 'logged' });
    logNotification(logger, notification);
    return;
  }
  let failure = '';
  for (let tries = 1; tries <= retries.attempts && !signal.aborted; tries += 1) {
    failure = await withOwnSignal(
      signal,
      (limited) => attempt(notification, notifyUrl, { ...options, signal: limited }),
      retries.timeoutMs,
    ).catch(reasonOf);
    if (failure === '') {
      metrics.count('image_api_notifications_total', { outcome: 'sent' });
      logger.log('INFO', 'notified', { ...notification.fields, tries });
      return;
    }
    const fields = { notification: notification.id, tries };
    logger.log('DEBUG', `notification not sent: ${failure}`, fields);
    const pauseMs = Math.min(retries.firstPauseMs * 2 ** (tries - 1), retries.maxPauseMs);
    if (tries === retries.attempts || !(await options.pause(pauseMs))) break;
  }
  metrics.count('image_api_notifications_total', { outcome: 'failed' });
  logNotification(logger, notification, `notification not sent: ${failure || 'no time left'}`);
}

/** Sends once. @returns why that failed; empty when the receiver accepted the notification */
async function attempt(
  { id, body }: Notification,
  url: string,
  { notifySecret, fetch, now, signal }: SendOptions,
): Promise<string> {
  const timestampS = Math.floor(now() / 1000);
  const headers: Record<string, string> = {
    'Content-Type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
  };
  if (notifySecret !== null) {
    headers['webhook-signature'] = await signWebhook({ id, timestampS, body }, notifySecret);
  }
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body,
    // Following a redirect would send the notification to an address that is not configured.
    redirect: 'manual',
    signal,
  });
  // The body is not used and may be long.
  await response.body?.cancel();
  return response.ok ? '' : `notify_url answered ${response.status}`;
}

/** The error's code or name. Never its message: some runtimes put the URL there, which is a secret. */
function reasonOf(err: unknown): string {
  const cause = err instanceof Error ? err.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || (err instanceof Error ? err.name : 'unknown error');
}
