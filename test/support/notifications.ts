/** Notifications of made-up effects. */

import { notificationOf } from '../../shared/domain/webhooks/effect-notification.ts';
import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import type { Notification } from '../../shared/ports/notification.ts';

/** The notification that `shop/NAME:v1` was deleted. */
export async function notificationFor(name: string): Promise<Notification> {
  const [event] = parseHarborDelivery({
    type: 'DELETE_ARTIFACT',
    occur_at: 1_795_502_626,
    event_data: {
      resources: [{ digest: `sha256:${'a'.repeat(64)}`, tag: 'v1' }],
      repository: { repo_full_name: `shop/${name}` },
    },
  }).events;
  if (event === undefined) throw new Error('no event');
  const effect = { effect: 'deleted', event, images: [], detail: `${name} is gone.` } as const;
  return notificationOf(effect, { nowMs: 1_795_502_700_000, requestId: 'request-1' });
}
