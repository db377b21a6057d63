/** Counts deletions and the lines of the journal. */
import { Gauge, type Registry } from 'prom-client';
import {
  DELETION_OUTCOMES,
  type DeletionMetrics,
  type JournalMetrics,
} from '../../ports/metrics/deletion-metrics.ts';
import { BLOCKER_CODES } from '../../values/blocker-codes.ts';
import { closedCounter } from './closed-counter.ts';

export function countDeletions(registers: Registry[]): DeletionMetrics {
  const deletions = closedCounter({
    name: 'image_api_deletions_total',
    help: 'Deletions and dry runs by how they ended, including the deletions of cleanups.',
    labels: { outcome: DELETION_OUTCOMES },
    registers,
  });
  const blockers = closedCounter({
    name: 'image_api_deletion_blockers_total',
    help: 'Reasons why deletions were refused; one deletion can have several.',
    labels: { blocker: BLOCKER_CODES },
    registers,
  });
  return {
    ended: (outcome) => deletions({ outcome }),
    blocked: (codes) => {
      for (const blocker of codes) blockers({ blocker });
    },
  };
}

export function countJournal(registers: Registry[]): JournalMetrics {
  const writes = closedCounter({
    name: 'image_api_journal_writes_total',
    help: 'Lines of the journal by whether they could be written.',
    labels: { outcome: ['written', 'failed'] },
    registers,
  });
  const writable = new Gauge({
    name: 'image_api_journal_writable',
    help: 'Whether the last write or check of the journal succeeded; absent without a journal file.',
    registers,
  });
  writable.remove(); // otherwise it begins with 0
  return {
    wrote: (outcome) => writes({ outcome }),
    writable: (isWritable) => writable.set(isWritable ? 1 : 0),
  };
}
