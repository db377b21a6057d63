/**
 * The outcome of a deletion: in the journal, and in the log with a line before it is sent and the request's
 * line at its end.
 */

import type { JournalEntry } from '../../ports/journal.ts';
import type { JournalIntent, JournalOutcome } from '../../ports/journal-record.ts';
import type { RequestContext } from '../../ports/request.ts';
import type { DomainServices } from '../../ports/services.ts';
import { Problem } from '../../values/problem.ts';
import { countDeletion } from './count-deletion.ts';
import type { DeletionContext } from './deletion-request.ts';

/**
 * `pending`: in the line before the deletion is sent. `gone`: another deletion, or the same one repeated by
 * a proxy, deleted it first. `refused`: nothing was deleted.
 */
type Outcome = 'pending' | 'deleted' | 'untagged' | 'gone' | 'refused' | 'unknown';

/** The outcomes that the Harbor client reports in a problem. */
const OUTCOMES_OF_PROBLEMS = ['gone', 'unknown'] as const;

/** The journal's word for each outcome. `deleted` means that it no longer exists, whoever deleted it. */
const JOURNALED = {
  pending: 'unknown',
  deleted: 'deleted',
  untagged: 'deleted',
  gone: 'deleted',
  refused: 'not_deleted',
  unknown: 'unknown',
} as const satisfies Record<Outcome, JournalOutcome>;

/** The functions that `work` of `withOutcome` calls before it sends the deletion. */
export interface BeforeSending {
  /**
   * Writes the line of the intent, unless it is already written.
   * @returns whether it wrote. That may have taken long, so the evidence must be checked again
   * @throws Problem journal_unavailable: nothing may be sent
   */
  readonly journal: (intent: JournalIntent) => Promise<boolean>;
  /** Called immediately before the deletion is sent. */
  readonly sending: () => void;
}

/**
 * Runs a deletion. If the process ends before the outcome is written, the intent is the last line of the
 * journal, and the outcome is unknown.
 */
export async function withOutcome<Done>(
  { services, request, fields }: DeletionContext,
  done: 'deleted' | 'untagged',
  work: (before: BeforeSending) => Promise<Done>,
): Promise<Done> {
  const { signal } = request;
  const lines = journalLines(services);
  let isSent = false;
  let outcome: Outcome = 'refused';
  const log = (msg: string, state: Outcome): void =>
    writeLine(services, request, msg, { ...fields, outcome: state });
  const onLeave = (): void => log('the deletion continues without its client', 'unknown');
  try {
    const result = await work({
      journal: lines.begin,
      sending: () => {
        isSent = true;
        log('the deletion is sent to Harbor', 'pending');
        signal.addEventListener('abort', onLeave, { once: true });
      },
    });
    outcome = done;
    fields['outcome'] = outcome;
    countDeletion(services, request, outcome);
    return result;
  } catch (err) {
    if (err instanceof Problem) outcome = outcomeOf(err);
    else if (isSent) outcome = 'unknown';
    if (isSent || err instanceof Problem) fields['outcome'] = outcome;
    countDeletion(services, request, outcome, err);
    throw err;
  } finally {
    signal.removeEventListener('abort', onLeave);
    await lines.settle(JOURNALED[outcome]);
  }
}

/** The lines of one deletion. An intent that nothing was sent for is settled when another one replaces it. */
function journalLines({ journal }: Pick<DomainServices, 'journal'>) {
  let written: { readonly intent: JournalIntent; readonly entry: JournalEntry } | null = null;
  const settle = async (outcome: JournalOutcome): Promise<void> => {
    await written?.entry.settle(outcome);
    written = null;
  };
  const begin = async (intent: JournalIntent): Promise<boolean> => {
    if (written !== null && isSame(written.intent, intent)) return false;
    await settle('not_deleted');
    written = { intent, entry: await journal.begin(intent) };
    return true;
  };
  return { begin, settle };
}

/** Both were made by the same code, so their members are in the same order. */
function isSame(one: JournalIntent, other: JournalIntent): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function outcomeOf({ extras }: Problem): Outcome {
  return OUTCOMES_OF_PROBLEMS.find((outcome) => outcome === extras['outcome']) ?? 'refused';
}

function writeLine(
  services: DomainServices,
  request: RequestContext,
  msg: string,
  fields: Readonly<Record<string, unknown>>,
): void {
  services.logger.always('WARNING', msg, {
    request_id: request.id,
    token: request.actor ?? undefined,
    ...fields,
  });
}
