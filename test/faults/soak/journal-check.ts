/** Compares the journal with the registry and with what the answers said. */
import type { JournalRow } from '../../../shared/ports/journal-record.ts';
import { linesOf } from '../../support/journal.ts';
import type { Ledger } from './deleters.ts';
import type { HarborTruth } from './harbor.ts';

export interface JournalEvidence {
  /** What GET /journal answers. */
  readonly rows: readonly JournalRow[];
  readonly path: string;
  readonly truth: HarborTruth;
  readonly ledger: Ledger;
}

/** What does not agree; nothing if all is well. */
export function disagreements({ rows, path, truth, ledger }: JournalEvidence): readonly string[] {
  const outcomes = new Map<string, Set<string>>();
  for (const { digest, outcome } of rows) {
    outcomes.set(digest, (outcomes.get(digest) ?? new Set()).add(outcome));
  }
  const existing = new Set(truth.existing);
  const is = (digest: string, outcome: string) => outcomes.get(digest)?.has(outcome) ?? false;
  const settled = new Set(
    linesOf(path).flatMap(({ event, id }) => (event === 'outcome' ? [id] : [])),
  );
  return [
    ...truth.deleted
      .filter((digest) => !is(digest, 'deleted'))
      .map(
        (digest) =>
          `deleted in Harbor, in the journal ${[...(outcomes.get(digest) ?? [])]}: ${digest}`,
      ),
    ...[...ledger.deleted]
      .filter((digest) => !is(digest, 'deleted') || existing.has(digest))
      .map((digest) => `answered as deleted, but not so in journal or Harbor: ${digest}`),
    ...rows
      .filter(({ digest, outcome }) => outcome === 'deleted' && existing.has(digest))
      .map(({ digest }) => `deleted in the journal, but it exists: ${digest}`),
    // What exists may still be deleted by a call that Harbor has not finished.
    ...rows
      .filter(({ digest, outcome }) => outcome === 'unknown' && !existing.has(digest))
      .map(({ digest }) => `unknown in the journal, but it is gone: ${digest}`),
    ...rows
      .filter(({ id, digest }) => !settled.has(id) && !existing.has(digest))
      .map(({ digest }) => `no outcome: ${digest}`),
  ];
}
