/**
 * Deletes, and determines the outcome. Harbor continues a DELETE whose caller or proxy has disconnected, so a
 * missing answer says nothing. Harbor is then asked whether the artifact still exists.
 */
import { isMissing } from '../../../ports/registry-problem.ts';
import { Problem } from '../../../values/problem.ts';
import type { Caller } from '../http/call.ts';
import { HarborProblem } from '../http/failure.ts';
import type { HarborPath } from '../http/url.ts';

/** One deletion, and how to check whether it took place. */
export interface Deletion {
  readonly path: HarborPath;
  /** Aborts when the client disconnects. A DELETE that is not sent yet is then not sent. */
  readonly client: AbortSignal;
  /** As in `CallRequest`. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** True if the artifact or tag still exists. Rejects if Harbor does not answer that. */
  readonly isThere: () => Promise<boolean>;
}

/** Options of the calls that determine an outcome: short, not repeated, not cancelled, and never refused. */
export const SETTLING = { timeoutMs: 3000, retry: 'never', unlimited: true } as const;

/** A DELETE that may have taken place, and what can settle it. */
interface UncertainDelete {
  /** Why it is not certain. */
  readonly what: string;
  readonly cause?: HarborProblem;
  /** Pauses before each question whether the artifact still exists. */
  readonly pausesMs: readonly number[];
  /** If the artifact still exists, the DELETE did not take place. Otherwise Harbor may still work on it. */
  readonly stillThereMeansRefused: boolean;
}

/** The pauses after no answer, while Harbor is still working: 5 s in total. */
const LOST_PAUSES_MS = [500, 1500, 3000];
/** The pauses after a success of a proxy, when Harbor may be done. */
const TAKEN_PAUSES_MS = [0, ...LOST_PAUSES_MS];

/**
 * Deletes, and returns when it is done. Once the DELETE is sent, it continues if the client disconnects.
 * @throws Problem of the DELETE if it did not take place; with `outcome: "gone"` if something else
 *   deleted it first; `harbor_timeout` with `outcome: "unknown"` if that cannot be determined
 */
export async function deleteSettled(caller: Caller, deletion: Deletion): Promise<void> {
  const doubt = await send(caller, deletion);
  if (doubt === null) return;
  const outcome = await settle(caller, deletion, doubt);
  if (outcome === 'done') return;
  if (outcome === 'refused' && doubt.cause !== undefined) throw doubt.cause;
  throw unknownOutcome(doubt);
}

/**
 * Sends the DELETE.
 * @returns null if it took place
 * @throws Problem if it did not take place
 */
async function send(
  caller: Caller,
  { path, client, beforeSend }: Deletion,
): Promise<UncertainDelete | null> {
  const request = { method: 'DELETE', path, unsentSignal: client } as const;
  try {
    const { status } = await caller.call({ ...request, ...(beforeSend && { beforeSend }) });
    // Harbor answers 200 after a deletion. Any other success, such as 202, comes from a proxy.
    if (status === 200) return null;
    const what = `A proxy answered the DELETE with ${status}.`;
    return { what, pausesMs: TAKEN_PAUSES_MS, stillThereMeansRefused: false };
  } catch (err) {
    const isGone = isMissing(err, 'artifact', 'tag', 'repository', 'project');
    if (err instanceof HarborProblem && isGone) throw goneFirst(err);
    const doubt = uncertaintyAfter(err);
    if (doubt === null) throw err;
    return doubt;
  }
}

/** The doubt after a failed DELETE; null: it certainly did not take place. */
function uncertaintyAfter(err: unknown): UncertainDelete | null {
  if (!(err instanceof HarborProblem) || !err.facts.sent) return null;
  const { status, codes } = err.facts;
  const doubt = { what: err.message, cause: err };
  // Harbor rolls back before its own 500. A 2xx with HTML comes from a proxy and says nothing.
  if (status === 500 && codes.length > 0) {
    return { ...doubt, pausesMs: [0], stillThereMeansRefused: true };
  }
  if (status !== null && status < 300) {
    return { ...doubt, pausesMs: TAKEN_PAUSES_MS, stillThereMeansRefused: false };
  }
  // Only Harbor's own refusal says that nothing was deleted. A proxy may answer anything.
  const isHarbors = status !== null && status < 500 && codes.length > 0;
  return isHarbors ? null : { ...doubt, pausesMs: LOST_PAUSES_MS, stillThereMeansRefused: false };
}

async function settle(
  caller: Caller,
  deletion: Deletion,
  { pausesMs, stillThereMeansRefused }: UncertainDelete,
): Promise<'done' | 'refused' | 'unknown'> {
  for (const pauseMs of pausesMs) {
    if (pauseMs > 0) await caller.options.sleep(pauseMs);
    try {
      if (!(await deletion.isThere())) return 'done';
      if (stillThereMeansRefused) return 'refused';
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
  return new Problem(cause.code, `It has already been deleted. ${cause.message}`, {
    extras,
    cause,
  });
}

function unknownOutcome({ what, cause }: UncertainDelete): Problem {
  return new Problem(
    'harbor_timeout',
    'Check in Harbor in a few minutes. Cannot determine whether Harbor deleted it; Harbor may still be working on it. ' +
      what,
    { extras: { outcome: 'unknown' }, cause },
  );
}
