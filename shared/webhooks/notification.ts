/** Tells the operator of a matter: as a signed CloudEvent to `notify_url`, or as a line in the log. */
import type { LogFields, Logger } from '../log/logger.ts';
import type { Matter } from './event-effect.ts';
import { signWebhook } from './standard-webhooks.ts';

/** A CloudEvent in structured mode, ready to be sent. */
export interface Notification {
  /** `webhook-id` and the CloudEvent's `id`: made from the matter, so that receivers can drop repeats. */
  readonly id: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The matter, for the log. */
  readonly fields: LogFields;
}

/** How hard a notification is tried. */
export interface Persistence {
  /** Tries in all. */
  readonly tries: number;
  /** Of one try. */
  readonly timeoutMs: number;
  /** Before the second try; twice as long before each further one. */
  readonly firstPauseMs: number;
  readonly maxPauseMs: number;
}

export interface SendOptions {
  readonly notify_url: string;
  readonly notify_secret: string | null;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  readonly logger: Logger;
  readonly persistence: Persistence;
  /** Waits between tries; false: no further try. */
  readonly pause: (ms: number) => Promise<boolean>;
  /** Ends the try under way and all further ones. */
  readonly signal: AbortSignal;
}

/** Makes the notification of a matter. */
export async function notificationOf(
  matter: Matter,
  origin: { readonly nowMs: number; readonly requestId: string },
): Promise<Notification> {
  const { effect, images, detail } = matter;
  const { kind, project, repository, tag, digest, occurredAtS } = matter.event;
  const id = `msg_${await fingerprint([effect, kind, project, repository, tag, digest, occurredAtS])}`;
  const data = {
    effect,
    project,
    repository,
    tag,
    digest,
    images,
    detail,
    occurred_at: occurredAtS === null ? null : new Date(occurredAtS * 1000).toISOString(),
    request_id: origin.requestId,
  };
  const event = {
    specversion: '1.0',
    id,
    source: '/webhooks/harbor',
    type: `image-api.artifact.${effect}`,
    subject: `${project}/${repository}${tag === null ? `@${digest}` : `:${tag}`}`,
    time: new Date(origin.nowMs).toISOString(),
    datacontenttype: 'application/json',
    data,
  };
  const body = new TextEncoder().encode(JSON.stringify(event));
  return { id, body, fields: { notification: id, ...data } };
}

/** The notification as a line in the log: what is left where nobody can be told otherwise. */
export function logNotification(logger: Logger, { fields }: Notification, why = ''): void {
  logger.log('WARNING', `${fields['detail']}${why && ` (${why})`}`, fields);
}

/** Sends a notification, or logs it at WARNING when no try was successful. Never rejects. */
export async function sendNotification(
  notification: Notification,
  options: SendOptions,
): Promise<void> {
  const { persistence, signal, logger } = options;
  let failure = '';
  for (let tries = 1; tries <= persistence.tries && !signal.aborted; tries += 1) {
    failure = await trySending(notification, options).catch(reasonOf);
    if (failure === '') {
      logger.log('INFO', 'notified', { ...notification.fields, tries });
      return;
    }
    logger.log('DEBUG', `notify_url: ${failure}`, { notification: notification.id, tries });
    const pauseMs = Math.min(persistence.firstPauseMs * 2 ** (tries - 1), persistence.maxPauseMs);
    if (tries === persistence.tries || !(await options.pause(pauseMs))) break;
  }
  logNotification(logger, notification, `notify_url was not reached: ${failure || 'no time left'}`);
}

/** One try. @returns why it failed; empty when the receiver took it */
async function trySending(
  { id, body }: Notification,
  { notify_url, notify_secret, fetch, now, persistence, signal }: SendOptions,
): Promise<string> {
  const timestampS = Math.floor(now() / 1000);
  const headers: Record<string, string> = {
    'Content-Type': 'application/cloudevents+json',
    'webhook-id': id,
    'webhook-timestamp': String(timestampS),
  };
  if (notify_secret !== null) {
    headers['webhook-signature'] = await signWebhook({ id, timestampS, body }, notify_secret);
  }
  const response = await fetch(notify_url, {
    method: 'POST',
    headers,
    body,
    // A redirect would take the notification somewhere that nobody configured.
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(persistence.timeoutMs)]),
  });
  // What the receiver says is of no interest, and may be long.
  await response.body?.cancel();
  return response.ok ? '' : `it answered ${response.status}`;
}

/** Never the message: some runtimes put the URL into it, and that is a secret. */
function reasonOf(err: unknown): string {
  const cause = err instanceof Error ? err.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return code || (err instanceof Error ? err.name : 'it failed');
}

async function fingerprint(parts: readonly unknown[]): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(parts));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  return btoa(String.fromCharCode(...hash.subarray(0, 18))).replace(/[+/]/g, (c) =>
    c === '+' ? '-' : '_',
  );
}
