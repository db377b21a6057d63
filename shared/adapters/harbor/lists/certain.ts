/** Repeats a doubtful read, because Harbor may answer 200 with wrong values (docs/harbor.md). */
import type { Caller } from '../http/call.ts';
import type { HarborProblem } from '../http/failure.ts';

/** Why a result is not certain yet. */
export class Doubt {
  /** The problem if the doubt remains. */
  readonly problem: HarborProblem;
  readonly pauseMs: number;

  /** @param pauseMs before the next read; the default lets a shortage of database connections pass */
  constructor(problem: HarborProblem, pauseMs = 500) {
    this.problem = problem;
    this.pauseMs = pauseMs;
  }
}

const MAX_ROUNDS = 4;

/** Runs `round` until its result is certain. @throws Problem of the last doubt */
export async function untilCertain<T>(
  caller: Caller,
  signal: AbortSignal,
  round: () => Promise<T | Doubt>,
): Promise<T> {
  for (let rounds = 1; ; rounds++) {
    const found = await round();
    if (!(found instanceof Doubt)) return found;
    if (rounds === MAX_ROUNDS) throw found.problem;
    await caller.options.sleep(found.pauseMs, signal);
  }
}
