/** Deliveries and host images of one repository, `shop/web`. */

import { parseHarborDelivery } from '../../shared/domain/webhooks/harbor-event.ts';
import type { HostImage } from '../../shared/ports/bridge.ts';
import { imageRow } from './host-rows.ts';

/** A digest made of one letter. */
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** An image that the host has under this name. */
export function held(name: string, letter: string): HostImage {
  const repo_digests = [`${name.replace(/:\w+$/, '')}@${digest(letter)}`];
  return imageRow({ id: letter.repeat(64), repo_tags: [name], repo_digests });
}

/** The delivery of a push to `shop/web`. */
export function push(letter: string, occur_at: number, tag = 'v1') {
  return parseHarborDelivery({
    type: 'PUSH_ARTIFACT',
    occur_at,
    event_data: {
      resources: [{ digest: digest(letter), tag }],
      repository: { repo_full_name: 'shop/web' },
    },
  });
}
