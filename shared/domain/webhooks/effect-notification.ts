/** Makes notifications for the operator: signed CloudEvents to `notify_url`, or lines in the log. */
import type { Notification } from '../../ports/notification.ts';
import { shortHash } from '../../values/short-hash.ts';
import type { EventEffect } from './event-effect.ts';

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
