/** How the service answers. */
import { heatmap, lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, quantile, RATE } from '../queries.ts';

const REQUESTS = 'image_api_http_request_duration_seconds';

export function requestsRow(): Row {
  return {
    title: 'Requests',
    panels: [
      lines({
        title: 'Requests by status',
        description: 'Answers per second, without those to requests that are not HTTP.',
        queries: [
          {
            expr: `sum by (status) (rate(${REQUESTS}_count{${JOB}}[${RATE}]))`,
            legend: '{{status}}',
          },
        ],
        unit: 'reqps',
        stacked: true,
        width: 8,
      }),
      lines({
        title: 'Time to answer',
        description: 'Quantiles over all routes.',
        queries: [0.5, 0.95, 0.99].map((q) => ({
          expr: quantile(q, REQUESTS),
          legend: `p${q * 100}`,
        })),
        unit: 's',
        width: 8,
      }),
      heatmap({
        title: 'Time to answer, distribution',
        description: 'How many requests took how long.',
        queries: [{ expr: `sum by (le) (increase(${REQUESTS}_bucket{${JOB}}[${RATE}]))` }],
        unit: 's',
        width: 8,
      }),
      lines({
        title: 'Time to answer by route (p95)',
        description: 'The slowest ten routes.',
        queries: [
          {
            expr: `topk(10, ${quantile(0.95, REQUESTS, 'le, route')})`,
            legend: '{{route}}',
          },
        ],
        unit: 's',
        width: 8,
      }),
      lines({
        title: 'Errors by route',
        description: 'Answers per second with a status from 500 on. The log has the code of each.',
        queries: [
          {
            expr: `sum by (route, status) (rate(${REQUESTS}_count{${JOB},status=~"5.."}[${RATE}])) > 0`,
            legend: '{{status}} {{route}}',
          },
        ],
        unit: 'reqps',
        width: 8,
      }),
      lines({
        title: 'Under way, and unreadable',
        description:
          'Requests that are not answered yet, and answers per second to requests that are not HTTP or malformed.',
        queries: [
          { expr: `sum(image_api_http_requests_in_flight{${JOB}})`, legend: 'under way' },
          {
            expr: `sum by (status) (rate(image_api_http_unreadable_requests_total{${JOB}}[${RATE}]))`,
            legend: 'unreadable per second, {{status}}',
          },
        ],
        unit: 'short',
        width: 8,
      }),
    ],
  };
}
