/** What is deleted, and what is not. */
import { lines } from '../kinds.ts';
import type { Row } from '../panel.ts';
import { JOB, newIn, RATE } from '../queries.ts';

export function deletionsRow(): Row {
  return {
    title: 'Deletions, cleanups and journal',
    panels: [
      lines({
        title: 'Deletions by outcome',
        description:
          'Deletions and their plans in each interval. `unknown`: look into the journal, and at Harbor.',
        queries: [{ expr: newIn('deletions_total', 'outcome'), legend: '{{outcome}}' }],
        unit: 'short',
        colors: { unknown: 'red', failed: 'orange', deleted: 'green', tag_removed: 'blue' },
        width: 8,
      }),
      lines({
        title: 'Why deletions were refused',
        description:
          'Blockers of refused deletions in each interval; one deletion can have several.',
        queries: [{ expr: newIn('deletion_blockers_total', 'blocker'), legend: '{{blocker}}' }],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Lines of the journal',
        description: 'In each interval. A line that cannot be written refuses its deletion.',
        queries: [{ expr: newIn('journal_writes_total', 'outcome'), legend: '{{outcome}}' }],
        unit: 'short',
        colors: { failed: 'red', written: 'green' },
        width: 8,
      }),
      lines({
        title: 'Cleanups by outcome',
        description:
          'In each interval. `stopped`: it ended before its last candidate, for a reason that the log names.',
        queries: [{ expr: newIn('cleanup_runs_total', 'outcome'), legend: '{{outcome}}' }],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Artifacts of cleanups',
        description: 'Candidates of cleanups that began to delete, and what became of them.',
        queries: [
          {
            expr: `sum(increase(image_api_cleanup_candidates_total{${JOB}}[${RATE}]))`,
            legend: 'candidates',
          },
          { expr: newIn('cleanup_artifacts_total', 'outcome'), legend: '{{outcome}}' },
        ],
        unit: 'short',
        width: 8,
      }),
      lines({
        title: 'Deleted by cleanups',
        description:
          'Sizes in the time since the process started, as Harbor counts them. Layers can be shared.',
        queries: [
          { expr: `sum(image_api_cleanup_deleted_bytes_total{${JOB}})`, legend: 'deleted' },
        ],
        unit: 'bytes',
        width: 8,
      }),
    ],
  };
}
