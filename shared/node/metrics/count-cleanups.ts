/** Counts cleanups and what they delete. */
import { Counter, type Registry } from 'prom-client';
import {
  CLEANED_OUTCOMES,
  CLEANUP_OUTCOMES,
  type CleanupMetrics,
} from '../../ports/metrics/cleanup-metrics.ts';
import { closedCounter } from './closed-counter.ts';

export function countCleanups(registers: Registry[]): CleanupMetrics {
  const runs = closedCounter({
    name: 'image_api_cleanup_runs_total',
    help: 'Cleanups by how they ended.',
    labels: { outcome: CLEANUP_OUTCOMES },
    registers,
  });
  const candidates = new Counter({
    name: 'image_api_cleanup_candidates_total',
    help: 'Artifacts that cleanups began to delete.',
    registers,
  });
  const artifacts = closedCounter({
    name: 'image_api_cleanup_artifacts_total',
    help: 'What became of the artifacts that cleanups began to delete.',
    labels: { outcome: CLEANED_OUTCOMES },
    registers,
  });
  const bytes = new Counter({
    name: 'image_api_cleanup_deleted_bytes_total',
    help: 'Total size of the artifacts that cleanups deleted, as Harbor reports it; artifacts can share layers.',
    registers,
  });
  return {
    ended: (outcome) => runs({ outcome }),
    began: (count) => candidates.inc(count),
    cleaned: ({ outcome, size_bytes }) => {
      artifacts({ outcome });
      // Harbor's number may be negative, and a counter refuses that.
      if (outcome === 'deleted' && size_bytes > 0) bytes.inc(size_bytes);
    },
  };
}
