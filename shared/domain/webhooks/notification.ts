/** Notifies the operator of an effect: by a signed CloudEvent to `notify_url`, or by a line in the log. */
import type { LogFields, Logger } from '../../ports/logger.ts';
import { noWebhookMetrics, type WebhookMetrics } from '../../ports/metrics/webhook-metrics.ts';
import { withOwnSignal } from '../../values/own-signal.ts';
import { shortHash } from '../../values/short-hash.ts';
import type { EventEffect } from './event-effect.ts';
import { signWebhook } from './standard-webhooks.ts';

/** A CloudEvent in structured mode, ready to be sent. */
export interface Notification {
  /** `webhook-id` and the CloudEvent's `id`. Made from the effect, so that receivers can drop repeats. */
  readonly id: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same data, for the log. */
  readonly fields: LogFields;
}

/** Where notifications go. */
export interface Receiver {
  /** Null: each notification is a line in the log. */
  readonly notifyUrl: string | null;
  /** Null: notifications are not signed. */
  readonly notifySecret: string | null;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly logger: Logger;
  /** Default: nothing is counted. */
  readonly metrics?: WebhookMetrics;
}

/** How often sending is tried. */
export interface Retries {
  /** In all, the first included. */
  readonly attempts: number;
  /** Of one attempt. */
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

/** Makes the notification of an effect. */
export async function notificationOf(
  { effect, event, images, nodes, containers, detail }: EventEffect,
  origin: { readonly nowMs: number; readonly requestId: string },
): Promise<Notification> {
  const { kind, project, repository, tag, digest, occurredAtS } = event;
  const parts = [effect, kind, project, repository, tag, digest, occurredAtS];
  const id = `msg_${await shortHash(JSON.stringify(parts), 18)}`;
  const data = {
    effect,
    project,
    repository,
    tag,
    digest,
    images,
    ...(nodes && { nodes }),
    ...(containers && { containers }),
    detail,
    occurred_at: occurredAtS === null ? null : new Date(occurredAtS * 1000).toISOString(),
    request_id: origin.requestId,
  };
  const cloudEvent = {
    specversion: '1.0',
    id,
    source: '/webhooks/harbor',
    type: effect === 'gone' ? 'image-api.drift.gone' : `image-api.artifact.${effect}`,
    subject: `${project}/${repository}${tag === null ? `@${digest}` : `:${tag}`}`,
    time: new Date(origin.nowMs).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  const body = new TextEncoder().encode(JSON.stringify(cloudEvent));
  return { id, body, fields: { notification: id, ...data } };
}

/** Writes the notification as a line in the log, with the reason why it was not sent. */
export function logNotification(logger: Logger, { fields }: Notification, why = ''): void {
  logger.log('WARNING', `${fields['detail']}${why && ` (${why})`}`, fields);
}

/** Sends a notification. Logs it at WARNING when that fails or there is no receiver. Never rejects. */
export async function sendNotification(
  notification: Notification,
  options: SendOptions,
): Promise<void> {
  const { notifyUrl, retries, signal, logger, metrics = noWebhookMetrics } = options;
  if (notifyUrl === null) {
    metrics.notified('logged');
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
      metrics.notified('sent');
      logger.log('INFO', 'notified', { ...notification.fields, tries });
      return;
    }
    const fields = { notification: notification.id, tries };
    logger.log('DEBUG', `notification not sent: ${failure}`, fields);
    const pauseMs = Math.min(retries.firstPauseMs * 2 ** (tries - 1), retries.maxPauseMs);
    if (tries === retries.attempts || !(await options.pause(pauseMs))) break;
  }
  metrics.notified('failed');
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
