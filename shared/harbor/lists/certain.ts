/** Reads again what is in doubt: Harbor answers 200 with what is not true (docs/harbor.md). */
import type { Caller } from '../http/call.ts';
import type { HarborProblem } from '../http/failure.ts';

/** Why what was read cannot be believed yet. */
export class Doubt {
  /** What to fail with when it stays in doubt. */
  readonly problem: HarborProblem;
  readonly pauseMs: number;

  /** @param pauseMs before it is read again; by default as long as a shortage of connections takes */
  constructor(problem: HarborProblem, pauseMs = 500) {
    this.problem = problem;
    this.pauseMs = pauseMs;
  }
}

const MAX_ROUNDS = 4;

/** Runs `round` until it finds what is certain. @throws Problem of the last doubt */
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
