/** A notification for the operator, and how it becomes a line in the log. */
import type { LogFields, Logger } from './logger.ts';

/** A CloudEvent in structured mode, ready to be sent. */
export interface Notification {
  /** `webhook-id` and the CloudEvent's `id`. Made from the effect, so that receivers can drop repeats. */
  readonly id: string;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The same data, for the log. */
  readonly fields: LogFields;
}

/** Writes the notification as a line in the log, with the reason why it was not sent. */
export function logNotification(logger: Logger, { fields }: Notification, why = ''): void {
  logger.log('WARNING', `${fields['detail']}${why && ` (${why})`}`, fields);
}
