/** The process itself. */
import { lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, newIn, RATE } from '../queries.ts';

export function processRow(): Row {
  const each = '{{instance}}';
  return {
    title: 'Process',
    panels: [
      lines({
        title: 'CPU',
        description: 'Processor cores that the process uses.',
        queries: [{ expr: `rate(process_cpu_seconds_total{${JOB}}[${RATE}])`, legend: each }],
        unit: 'short',
        width: 6,
      }),
      lines({
        title: 'Memory',
        description: 'Resident memory, and the used part of the heap.',
        queries: [
          { expr: `process_resident_memory_bytes{${JOB}}`, legend: `${each} resident` },
          { expr: `nodejs_heap_size_used_bytes{${JOB}}`, legend: `${each} heap` },
        ],
        unit: 'bytes',
        width: 6,
      }),
      lines({
        title: 'Delay of the event loop (p99)',
        description: 'While it is long, the process answers nothing.',
        queries: [{ expr: `nodejs_eventloop_lag_p99_seconds{${JOB}}`, legend: each }],
        unit: 's',
        width: 6,
      }),
      lines({
        title: 'File descriptors',
        description: 'Share of those that the process may open.',
        queries: [{ expr: `process_open_fds{${JOB}} / process_max_fds{${JOB}}`, legend: each }],
        unit: 'percentunit',
        max: 1,
        width: 6,
      }),
      lines({
        title: 'Lost lines of the log',
        description:
          'In each interval, because the log cannot be written. Deletions are in the journal too.',
        queries: [
          { expr: `increase(image_api_log_lines_dropped_total{${JOB}}[${RATE}])`, legend: each },
        ],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Readings in the background that failed',
        description:
          'In each interval. The values of nodes, drift or the certificate are then not renewed.',
        queries: [{ expr: newIn('metrics_refresh_failures_total', 'part'), legend: '{{part}}' }],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Time since the start',
        description: 'Falls to 0 at each restart.',
        queries: [{ expr: `time() - process_start_time_seconds{${JOB}}`, legend: each }],
        unit: 's',
        width: 8,
      }),
    ],
  };
}
