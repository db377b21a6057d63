/** One case of the contract: a request, and what every deployment answers to it. */
import type { FunctionName } from '../../../shared/values/configuration/configuration.ts';
import type { ProblemCode } from '../../../shared/values/problem.ts';

/**
 * `open`: everyone may read, and a token may write. `impatient`: the same with short timeouts, for
 * upstreams that hang; the others wait as long as a busy machine takes. `guarded`: a read token too,
 * and one host name alone. `partial`: as `open`, with nodes that cannot be read. `bare`: no secrets for
 * webhooks. `refused NAME`: as `open`, for one case alone, because a Node process remembers for some seconds
 * that Harbor refused its login.
 */
export type Deployment =
  | 'open'
  | 'impatient'
  | 'guarded'
  | 'partial'
  | 'bare'
  | `refused ${string}`;

export interface Case {
  readonly title: string;
  /** The function that takes the path; `router` when functions share it. */
  readonly name: FunctionName | 'router';
  readonly deployment: Deployment;
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Begins with the fault that the request meets upstream (upstreams.ts); `fine`: none. */
  readonly requestId: string;
  readonly status: number;
  /** Null: not a problem. */
  readonly code: ProblemCode | null;
  /** Headers in addition to those of every answer. */
  readonly answers: Readonly<Record<string, string | RegExp>>;
  /** Members of the answer, with `toMatchObject`. */
  readonly shows: object | null;
  /** The answer is a page, which has this text. Null: it is none. */
  readonly page: RegExp | null;
  /** True: only on a platform that has files; false: only on one without. Null: on all. */
  readonly files: boolean | null;
  /** The target differs if the runtime resolves dot segments before any code sees it (Bun). */
  readonly folds: boolean;
}

/** The status, and the code when it is a problem. */
export type Expected = number | readonly [number, ProblemCode];

export interface Extras
  extends Partial<
    Pick<
      Case,
      | 'deployment'
      | 'method'
      | 'headers'
      | 'body'
      | 'answers'
      | 'shows'
      | 'page'
      | 'folds'
      | 'files'
    >
  > {
  readonly fault?: string;
  /** Distinguishes this case from another one with the same request. */
  readonly note?: string;
}

/** Adds a case to those of its file. */
export type AddCase = (
  name: Case['name'],
  target: string,
  expected: Expected,
  extras?: Extras,
) => void;

/** Cases in the order in which they are added. @throws Error when two have one title */
export function caseList(...define: readonly ((add: AddCase) => void)[]): readonly Case[] {
  const cases = new Map<string, Case>();
  const add: AddCase = (name, target, expected, { fault = 'fine', note, ...extras } = {}) => {
    const [status, code] = typeof expected === 'number' ? [expected, null] : expected;
    const method = extras.method ?? 'GET';
    const deployment = extras.deployment ?? deploymentOf(fault, name);
    const why = [fault, deployment, note ?? Object.keys(extras.headers ?? {})].flat().join(', ');
    const outcome = code === null ? status : `${status} ${code}`;
    const title = `${method} ${target.slice(0, 120)} (${why}) is ${outcome}`;
    if (cases.has(title)) throw new Error(`two cases: ${title}`);
    cases.set(title, {
      title,
      name,
      target,
      method,
      headers: {},
      answers: {},
      shows: null,
      page: null,
      folds: false,
      files: null,
      requestId: `${fault}.${cases.size + 1}`,
      status,
      code,
      ...extras,
      deployment,
    });
  };
  for (const part of define) part(add);
  return [...cases.values()];
}

function deploymentOf(fault: string, name: string): Deployment {
  if (fault === 'harbor-anonymous') return `refused ${name}`;
  return fault.endsWith('-slow') ? 'impatient' : 'open';
}
