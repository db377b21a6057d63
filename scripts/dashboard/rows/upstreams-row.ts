/** Calls to Harbor, bridges and other functions. */
import { lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, quantile, RATE } from '../queries.ts';

const CALLS = 'image_api_upstream_request_duration_seconds';

export function upstreamsRow(): Row {
  return {
    title: 'Upstreams',
    panels: [
      lines({
        title: 'Calls by target and outcome',
        description:
          'Calls per second to Harbor, bridges and functions that are deployed elsewhere.',
        queries: [
          {
            expr: `sum by (target, outcome) (rate(${CALLS}_count{${JOB}}[${RATE}]))`,
            legend: '{{target}} {{outcome}}',
          },
        ],
        unit: 'reqps',
        width: 8,
      }),
      lines({
        title: 'Failed calls',
        description:
          'Per second, by the code of the problem. `harbor_unauthorized`: check the credentials at once, since each refused login locks the account for others.',
        queries: [
          {
            expr: `sum by (target, outcome) (rate(${CALLS}_count{${JOB},outcome!~"ok|aborted"}[${RATE}])) > 0`,
            legend: '{{target}} {{outcome}}',
          },
        ],
        unit: 'reqps',
        width: 8,
      }),
      lines({
        title: 'Time of calls (p95)',
        description: 'The slowest ten operations.',
        queries: [
          {
            expr: `topk(10, ${quantile(0.95, CALLS, 'le, target, operation')})`,
            legend: '{{target}} {{operation}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
      lines({
        title: 'Calls to Harbor per answer',
        description: 'On average, of the answers that needed any.',
        queries: [
          {
            expr: `sum by (route) (rate(image_api_harbor_calls_per_answer_sum{${JOB}}[${RATE}])) / sum by (route) (rate(image_api_harbor_calls_per_answer_count{${JOB}}[${RATE}]))`,
            legend: '{{route}}',
          },
        ],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Waiting for Harbor',
        description:
          'Requests, calls and deletions in the queues. A queue with 256 refuses the next one as `overloaded`.',
        queries: [
          {
            expr: `sum by (queue) (image_api_queue_length{${JOB},queue=~"harbor_.*"})`,
            legend: '{{queue}}',
          },
        ],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Refused as overloaded',
        description: 'Per second, by the queue that was full or took too long.',
        queries: [
          {
            expr: `sum by (queue) (rate(image_api_queue_refusals_total{${JOB}}[${RATE}]))`,
            legend: '{{queue}}',
          },
        ],
        unit: 'reqps',
        width: 8,
      }),
    ],
  };
}
