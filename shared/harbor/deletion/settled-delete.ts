/**
 * Deletes, and determines the outcome. Harbor continues a DELETE whose caller or proxy has disconnected, so a
 * missing answer says nothing. Harbor is then asked whether the artifact still exists.
 */
import { Problem } from '../../problem.ts';
import type { CallAnswer, Caller } from '../http/call.ts';
import { HarborProblem, isMissing } from '../http/failure.ts';
import type { HarborPath } from '../http/url.ts';

/** Pauses before each question about an unknown outcome: 5 s in total. */
const PAUSES_MS = [500, 1500, 3000];

/** One deletion, and how to check whether it took place. */
export interface Deletion {
  readonly path: HarborPath;
  /** Aborts when the client disconnects. A DELETE that is not sent yet is then not sent. */
  readonly client: AbortSignal;
  /** As in `CallRequest`. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Whether the artifact or tag still exists. Rejects if Harbor does not answer that. */
  readonly isThere: () => Promise<boolean>;
}

/** Options of the calls that determine an outcome: short, not repeated, not cancelled. */
export const SETTLING = { timeoutMs: 3000, retry: 'never' } as const;

/** Harbor answers 200 after a deletion. Any other success, such as 202, comes from a proxy. */
const TAKEN_PAUSES_MS = [0, ...PAUSES_MS];

/**
 * Deletes, and returns when it is done. Once the DELETE is sent, it continues if the client disconnects.
 * @throws Problem of the DELETE if it did not take place; with `outcome: "gone"` if something else
 *   deleted it first; `harbor_timeout` with `outcome: "unknown"` if that cannot be determined
 */
export async function deleteSettled(caller: Caller, deletion: Deletion): Promise<void> {
  try {
    const { status } = await send(caller, deletion);
    if (status === 200) return;
    if ((await settle(caller, deletion, TAKEN_PAUSES_MS)) !== 'done') {
      throw unknownOutcome(`A proxy answered the DELETE with ${status}.`);
    }
  } catch (err) {
    if (err instanceof Problem && isMissing(err, 'artifact', 'tag')) throw goneFirst(err);
    const pausesMs = pausesAfter(err);
    if (pausesMs === null) throw err;
    const outcome = await settle(caller, deletion, pausesMs);
    if (outcome === 'done') return;
    if (outcome === 'refused') throw err;
    throw unknownOutcome(err instanceof Problem ? err.message : '', err);
  }
}

function send(caller: Caller, { path, client, beforeSend }: Deletion): Promise<CallAnswer> {
  const request = { method: 'DELETE', path, unsentSignal: client } as const;
  return caller.call(beforeSend === undefined ? request : { ...request, beforeSend });
}

/** The pauses before each question after a failed DELETE; null: it certainly did not take place. */
function pausesAfter(err: unknown): readonly number[] | null {
  if (!(err instanceof HarborProblem) || !err.facts.sent) return null;
  const { status, codes } = err.facts;
  // Harbor's own 500 was rolled back, as far as Harbor knows. HTML with 200 is not Harbor's answer.
  if (status !== null && (status < 300 || (status === 500 && codes.length > 0))) return [0];
  return status === null || status >= 500 ? PAUSES_MS : null;
}

async function settle(
  caller: Caller,
  deletion: Deletion,
  pausesMs: readonly number[],
): Promise<'done' | 'refused' | 'unknown'> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await caller.options.sleep(pauseMs);
    try {
      if (!(await deletion.isThere())) return 'done';
      if (pausesMs.length === 1) return 'refused';
    } catch (err) {
      if (!(err instanceof Problem)) throw err;
      // Still unknown: Harbor may answer the next question.
    }
  }
  return 'unknown';
}

/** It existed before, so another caller deleted it, or a proxy sent this deletion twice. */
function goneFirst(cause: Problem): Problem {
  const extras = { outcome: 'gone' };
  return new Problem(cause.code, `${cause.message} It has already been deleted.`, {
    extras,
    cause,
  });
}

function unknownOutcome(what: string, cause?: unknown): Problem {
  return new Problem(
    'harbor_timeout',
    `${what} Cannot determine whether Harbor deleted it; Harbor may still be working on it. ` +
      'Check in Harbor in a few minutes.',
    { extras: { outcome: 'unknown' }, cause },
  );
}
