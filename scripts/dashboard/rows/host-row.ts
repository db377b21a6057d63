/** The runs of crictl. */
import { lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, RATE } from '../queries.ts';

export function hostRow(): Row {
  const runs = 'image_api_crictl_runs_total';
  return {
    title: 'Host (crictl)',
    panels: [
      lines({
        title: 'Runs of crictl',
        description:
          'Runs per second. At most one of a kind runs at a time, and its callers share it.',
        queries: [{ expr: `sum by (kind) (rate(${runs}{${JOB}}[${RATE}]))`, legend: '{{kind}}' }],
        unit: 'ops',
        width: 6,
      }),
      lines({
        title: 'Failed runs of crictl',
        description:
          'Runs per second by the code of the problem, which docs/troubleshooting.md explains. While crictl fails, deletions are refused as `usage_unknown`.',
        queries: [
          {
            expr: `sum by (kind, outcome) (rate(${runs}{${JOB},outcome!~"ok|cancelled"}[${RATE}])) > 0`,
            legend: '{{kind}} {{outcome}}',
          },
        ],
        unit: 'ops',
        width: 6,
      }),
      lines({
        title: 'Time of a run (p95)',
        description: 'A run is ended after `crictl_timeout_ms`, 10 s by default.',
        queries: [
          {
            expr: `histogram_quantile(0.95, sum by (le, kind) (rate(image_api_crictl_run_duration_seconds_bucket{${JOB}}[${RATE}])))`,
            legend: '{{kind}}',
          },
        ],
        unit: 's',
        width: 6,
      }),
      lines({
        title: 'Callers of crictl',
        description:
          'Callers that wait for a run, and answers per second from the run of another caller.',
        queries: [
          {
            expr: `sum by (queue) (image_api_queue_length{${JOB},queue=~"crictl_.*"})`,
            legend: 'waiting, {{queue}}',
          },
          {
            expr: `sum by (kind) (rate(image_api_crictl_shared_answers_total{${JOB}}[${RATE}]))`,
            legend: 'shared per second, {{kind}}',
          },
        ],
        unit: 'short',
        width: 6,
      }),
    ],
  };
}
