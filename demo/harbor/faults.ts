/** Faults that a test can put between the caller and the stand-in. */
import type { Answer } from './answer.ts';

const LIST_KINDS = ['projects', 'repositories', 'artifacts'] as const;

/** The lists that Harbor pages through. */
export type ListKind = (typeof LIST_KINDS)[number];

/** One request as it arrived at nginx. */
export interface RecordedCall {
  readonly method: string;
  /** The request target as sent, with the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** 1 for the first call that the stand-in got. */
  readonly number: number;
  /** When it arrived, by the stand-in's clock. */
  readonly at: number;
  /** The list that a GET asks for; null for all other calls. */
  readonly list: ListKind | null;
  /** The page of that list. */
  readonly page: number;
}

/** A query that Harbor sends to its database for each row, named after the field that it fills. */
export type SubQuery =
  | 'repo_count'
  | 'artifact_count'
  | 'tags'
  | 'accessories'
  | 'labels'
  | 'immutable';

/** Harbor swallows the error of a sub-query: the answer is 200 and the field is 0, null or false. */
export interface FailingSubQueries {
  /** Default: all of them. */
  readonly of?: readonly SubQuery[];
  /** Which rows of the page, counted from 0; default: every row. */
  readonly rows?: (index: number) => boolean;
}

/**
 * What happens to a call instead of its regular answer. The parts can be combined: `{ answer: nginxError(504),
 * carryOut: true }` is a DELETE that timed out in the proxy and that Harbor completed nevertheless.
 */
export interface FaultAnswer {
  /** Waits this long before Harbor processes the call. */
  readonly delayMs?: number;
  /** Delays the finished answer by this time. */
  readonly lateMs?: number;
  /** Answers this; the registry does not see the call unless a part below says so. */
  readonly answer?: Partial<Answer>;
  /** Lets the call take effect although the caller does not get its answer. */
  readonly carryOut?: boolean;
  /** Answers immediately. The call takes effect this much later. */
  readonly carryOutAfterMs?: number;
  /** A proxy loses the first answer and sends the call again; the caller gets the second answer. */
  readonly repeat?: boolean;
  /** Changes the regular answer. */
  readonly change?: (answer: Answer) => Answer;
  /** Never answers; the connection stays open until the caller or the server closes it. */
  readonly hang?: boolean;
  /** Ends the connection: before the first byte, or after half of the body. */
  readonly cut?: 'before-answer' | 'in-body';
  /** Serves the caller as anonymous, as a locked account is. */
  readonly anonymous?: boolean;
  readonly failSubQueries?: FailingSubQueries;
}

/** Called once for each call, in the order of arrival. */
export type Faults = (call: RecordedCall) => FaultAnswer | undefined;

/** The fault of the first `count` calls for which `where` is true. */
export function nextCalls(
  count: number,
  fault: FaultAnswer,
  where: (call: RecordedCall) => boolean = () => true,
): Faults {
  let left = count;
  return (call) => {
    if (left === 0 || !where(call)) return undefined;
    left -= 1;
    return fault;
  };
}

/** The list that a request asks for, by its raw target. */
export function listOf(method: string, target: string): ListKind | null {
  if (method !== 'GET') return null;
  const path = target.replace(/\?.*$/s, '');
  const match = /^\/api\/v2\.0\/(?:projects\/.+\/)?(projects|repositories|artifacts)$/.exec(path);
  return LIST_KINDS.find((kind) => kind === match?.[1]) ?? null;
}

/** The page that a request asks for. */
export function pageOfTarget(target: string): number {
  return Number(/[?&]page=(\d+)/.exec(target)?.[1] ?? 1);
}
