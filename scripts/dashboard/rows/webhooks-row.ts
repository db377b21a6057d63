/** Harbor's webhooks, calls by webhooks, and notifications. */
import { lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, newIn } from '../queries.ts';

export function webhooksRow(): Row {
  return {
    title: 'Webhooks and notifications',
    panels: [
      lines({
        title: "Harbor's deliveries",
        description:
          'In each interval. `refused`: the token of the webhook policy in Harbor differs from the configured one.',
        queries: [{ expr: newIn('webhook_deliveries_total', 'outcome'), legend: '{{outcome}}' }],
        unit: 'short',
        width: 6,
      }),
      lines({
        title: 'Events and calls of functions',
        description: 'In each interval. Harbor repeats deliveries that it believes lost.',
        queries: [
          { expr: newIn('webhook_events_total', 'outcome'), legend: 'event {{outcome}}' },
          {
            expr: newIn('webhook_invocations_total', 'outcome'),
            legend: 'call {{outcome}}',
          },
        ],
        unit: 'short',
        width: 6,
      }),
      lines({
        title: 'Notifications',
        description:
          'In each interval. What failed or was dropped is in the log. `logged`: there is no `notify_url`.',
        queries: [{ expr: newIn('notifications_total', 'outcome'), legend: '{{outcome}}' }],
        unit: 'short',
        colors: { failed: 'red', dropped: 'orange', sent: 'green' },
        width: 6,
      }),
      lines({
        title: 'Queues',
        description:
          'Events and notifications that wait. A long queue of notifications means that the receiver is slow or down.',
        queries: [
          {
            expr: `sum by (queue) (image_api_queue_length{${JOB},queue=~"webhook_.*|notifications"})`,
            legend: '{{queue}}',
          },
        ],
        unit: 'short',
        width: 6,
      }),
    ],
  };
}
