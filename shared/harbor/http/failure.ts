/** A failed call to Harbor: the problem to answer with, and the facts that decide what to do next. */
import { Problem, type ProblemCode, type ProblemOptions } from '../../problem.ts';
import type { HarborPath } from './url.ts';

/** What a 404 of Harbor is about; `path`: Harbor does not know the route at all. */
export type Missing = 'artifact' | 'repository' | 'project' | 'tag' | 'path';

/** One call, as errors name it: no host, no query. */
export interface CallName {
  readonly method: 'GET' | 'HEAD' | 'DELETE';
  readonly path: HarborPath;
}

export interface FailureFacts {
  /** Harbor's (or a proxy's) status; null when no answer came. */
  readonly status: number | null;
  /** Error codes of Harbor's own error body; empty when the body was not Harbor's. */
  readonly codes: readonly string[];
  /** Whether the request may have reached Harbor. */
  readonly sent: boolean;
  /** A part was down: asking again later can help. */
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

/** The problem of one failed call; inside the client more is known of it than its code. */
export class HarborProblem extends Problem {
  readonly call: CallName;
  readonly facts: FailureFacts;

  constructor(
    call: CallName,
    code: ProblemCode,
    what: string,
    options: ProblemOptions & { readonly facts?: Partial<FailureFacts> } = {},
  ) {
    super(code, `${call.method} ${call.path}: ${what}`, options);
    this.call = call;
    this.facts = { ...NO_ANSWER, ...options.facts };
  }
}

/** Whether `err` says that one of `things` is not in Harbor. */
export function isMissing(err: unknown, ...things: readonly Missing[]): boolean {
  if (!(err instanceof HarborProblem)) return false;
  const { missing } = err.facts;
  return missing !== null && things.includes(missing);
}

/** Whether Harbor was too slow, so that smaller pages may help. */
export function isSlow(err: unknown): err is HarborProblem {
  return err instanceof HarborProblem && err.facts.slow;
}

/** Whether Harbor refused the login, which may be locked for a moment: a 401, never a 403. */
export function isRefused(err: unknown): err is HarborProblem {
  return err instanceof HarborProblem && err.code === 'harbor_unauthorized';
}
