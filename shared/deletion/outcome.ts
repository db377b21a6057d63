/** The outcome of a deletion in the log: a line before it is sent, and the request's line at its end. */
import type { FunctionContext } from '../http/function.ts';
import { Problem } from '../problem.ts';

/**
 * `pending`: in the line before the deletion is sent. `gone`: another deletion, or the same one repeated by
 * a proxy, deleted it first. `refused`: nothing was deleted.
 */
type Outcome = 'pending' | 'deleted' | 'untagged' | 'gone' | 'refused' | 'unknown';

/** The outcomes that the Harbor client reports in a problem. */
const OUTCOMES_OF_PROBLEMS = ['gone', 'unknown'] as const;

/**
 * Runs a deletion. If the process ends before the request's line is written, the line that `intend` writes
 * is the last one, and the outcome is unknown.
 * @param work calls `intend` immediately before it sends the deletion
 */
export async function withOutcome<Done>(
  c: FunctionContext,
  done: 'deleted' | 'untagged',
  work: (intend: () => void) => Promise<Done>,
): Promise<Done> {
  const { fields } = c.get('log');
  const { signal } = c.req.raw;
  let isSent = false;
  const onLeave = (): void => writeLine(c, 'the deletion continues without its client', 'unknown');
  try {
    const result = await work(() => {
      isSent = true;
      writeLine(c, 'the deletion is sent to Harbor', 'pending');
      signal.addEventListener('abort', onLeave, { once: true });
    });
    fields['outcome'] = done;
    return result;
  } catch (err) {
    if (err instanceof Problem) fields['outcome'] = outcomeOf(err);
    else if (isSent) fields['outcome'] = 'unknown';
    throw err;
  } finally {
    signal.removeEventListener('abort', onLeave);
  }
}

function outcomeOf({ extras }: Problem): Outcome {
  return OUTCOMES_OF_PROBLEMS.find((outcome) => outcome === extras['outcome']) ?? 'refused';
}

function writeLine(c: FunctionContext, msg: string, outcome: Outcome): void {
  c.get('services').logger.log('WARNING', msg, {
    request_id: c.get('requestId'),
    token: c.get('caller')?.name,
    ...c.get('log').fields,
    outcome,
  });
}
