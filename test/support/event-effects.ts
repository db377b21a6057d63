/** The effects of a single event, as a batch of one finds them. */
import { effectsOf } from '../../shared/domain/webhooks/event-effects.ts';
import type { EventHosts } from '../../shared/domain/webhooks/event-hosts.ts';
import { createEventMatches } from '../../shared/domain/webhooks/event-matches.ts';
import type { HarborEvent } from '../../shared/domain/webhooks/harbor-event.ts';
import { Problem } from '../../shared/values/problem.ts';

export function effectsOfOne(
  event: HarborEvent,
  found: EventHosts | Problem,
  registries: readonly string[],
) {
  const matches = createEventMatches([event], registries);
  for (const host of found instanceof Problem ? [] : found.hosts) matches.add(host);
  return effectsOf(event, found, { matches, registries });
}
