/** A failed call to Harbor: the problem, and the facts that decide what to do next. */
import { type Missing, RegistryProblem } from '../../../ports/registry-problem.ts';
import type { ProblemCode, ProblemOptions } from '../../../values/problem.ts';
import type { HarborPath } from './url.ts';

/** The name of a call in errors, without host and query. */
export interface CallName {
  readonly method: 'GET' | 'HEAD' | 'DELETE';
  readonly path: HarborPath;
}

export interface FailureFacts {
  /** The status of Harbor or a proxy; null if there was no answer. */
  readonly status: number | null;
  /** The codes in Harbor's own error body; empty if the body was not Harbor's. */
  readonly codes: readonly string[];
  /** True if the request may have reached Harbor. */
  readonly sent: boolean;
  /** A part of Harbor was down, so a retry can help. */
  readonly isOutage: boolean;
  /** Harbor was too slow: smaller pages may help. */
  readonly slow: boolean;
  readonly missing: Missing | null;
}

const NO_ANSWER: FailureFacts = {
  status: null,
  codes: [],
  sent: true,
  isOutage: false,
  slow: false,
  missing: null,
};

/** The problem of one failed call, with facts for use inside the client. */
export class HarborProblem extends RegistryProblem {
  readonly call: CallName;
  /** The message without the call. */
  readonly what: string;
  readonly facts: FailureFacts;

  /** @param what begins with what the operator can do, as sentences */
  constructor(
    call: CallName,
    code: ProblemCode,
    what: string,
    options: ProblemOptions & { readonly facts?: Partial<FailureFacts> } = {},
  ) {
    super(code, `${what} The call was ${call.method} ${call.path}.`, options);
    this.call = call;
    this.what = what;
    this.facts = { ...NO_ANSWER, ...options.facts };
  }

  override get missing(): Missing | null {
    return this.facts.missing;
  }
}

/** Tells whether Harbor was too slow, so that smaller pages may help. */
export function isSlow(err: unknown): err is HarborProblem {
  return err instanceof HarborProblem && err.facts.slow;
}

/** Tells whether Harbor refused the login, which may be locked for a moment: a 401, never a 403. */
export function isRefused(err: unknown): err is HarborProblem {
  return err instanceof HarborProblem && err.code === 'harbor_unauthorized';
}
