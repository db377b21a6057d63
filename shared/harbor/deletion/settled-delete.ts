/**
 * Deleting, with an outcome. Harbor goes on with a DELETE whose caller or proxy gave up, so an
 * answer that does not come settles nothing: the artifact is looked for until it is settled.
 */
import { Problem } from '../../problem.ts';
import type { CallAnswer, Caller } from '../http/call.ts';
import { HarborProblem, isMissing } from '../http/failure.ts';
import type { HarborPath } from '../http/url.ts';

/** Pauses before asking after an outcome that is unknown: 5 s in all. */
const PAUSES_MS = [500, 1500, 3000];

/** One deletion, and how to see whether it took place. */
export interface Deletion {
  readonly path: HarborPath;
  /** Aborts when the client goes away: then what was not sent yet is not. */
  readonly client: AbortSignal;
  /** As in `CallRequest`. */
  readonly beforeSend?: (() => Promise<void>) | undefined;
  /** Whether what was to be deleted is still there. Rejects when Harbor does not say. */
  readonly isThere: () => Promise<boolean>;
}

/** Options of the calls that settle an outcome: each short, none repeated, none cancelled. */
export const SETTLING = { timeoutMs: 3000, retry: 'never' } as const;

/** Harbor answers a deletion that it carried out with 200; a proxy may answer that it took it. */
const TAKEN_PAUSES_MS = [0, ...PAUSES_MS];

/**
 * Deletes, and returns when it is done. Not ended by the client going away once it is sent.
 * @throws Problem of the DELETE when it did not take place; with `outcome: "gone"` when something else
 *   deleted it first; `harbor_timeout` with `outcome: "unknown"` when that cannot be determined
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

/** When to ask after a failed DELETE; null: it certainly did not take place. */
function pausesAfter(err: unknown): readonly number[] | null {
  if (!(err instanceof HarborProblem) || !err.facts.sent) return null;
  const { status, codes } = err.facts;
  // Harbor's own 500 was rolled back, as far as it knows; a page of HTML with 200 came from elsewhere.
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
      // Not known yet: Harbor may be back at the next try.
    }
  }
  return 'unknown';
}

/** It was there a moment ago: somebody else deleted it, or a proxy sent this deletion twice. */
function goneFirst(cause: Problem): Problem {
  const extras = { outcome: 'gone' };
  return new Problem(cause.code, `${cause.message} It is gone already.`, { extras, cause });
}

function unknownOutcome(what: string, cause?: unknown): Problem {
  return new Problem(
    'harbor_timeout',
    `${what} Whether Harbor deletes it could not be determined: it may still be at it. ` +
      'Look at the artifact again in a few minutes.',
    { extras: { outcome: 'unknown' }, cause },
  );
}
