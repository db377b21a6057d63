/** Requests of the soak: every answer is complete and right, or a problem with a code, and comes in time. */
import { Agent, request } from 'undici';
import { PROBLEMS, type ProblemCode } from '../../../shared/values/problem.ts';

/** What takes longer hangs. On an idle machine the slowest answer takes a few seconds. */
const BOUND_MS = 180_000;

export interface Ask {
  /** What is counted together. */
  readonly kind: string;
  readonly path: string;
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** An error of this status is an answer too, and no problem. */
  readonly ownError?: number;
  /** Throws if the answer, which is no problem, is not right. */
  readonly check?: (answer: Answered) => void;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** Null: it is no problem. */
  readonly code: ProblemCode | null;
}

export interface Asking {
  /** @returns null if no whole answer came, which is a fault of the service */
  ask(what: Ask): Promise<Answered | null>;
  /** How many answers of each kind had which outcome: `ok`, or the code of a problem. */
  readonly outcomes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** What was not as it must be. */
  readonly faults: readonly string[];
  readonly slowestMs: { readonly ms: number; readonly what: string };
  fault(what: string): void;
  close(): Promise<void>;
}

export function createAsking(url: string): Asking {
  // Shorter than the service keeps a connection, so that none is used while it is closed.
  const dispatcher = new Agent({
    keepAliveTimeout: 1000,
    keepAliveMaxTimeout: 1000,
    pipelining: 1,
  });
  const outcomes = new Map<string, Map<string, number>>();
  const faults: string[] = [];
  let slowest = { ms: 0, what: '' };

  const count = (kind: string, outcome: string): void => {
    const ofKind = outcomes.get(kind) ?? new Map<string, number>();
    ofKind.set(outcome, (ofKind.get(outcome) ?? 0) + 1);
    outcomes.set(kind, ofKind);
  };
  const fault = (what: string): void => {
    if (faults.length < 50) faults.push(what);
  };

  return {
    outcomes,
    faults,
    get slowestMs() {
      return slowest;
    },
    fault,
    close: () => dispatcher.destroy(),
    async ask({ kind, path, method = 'GET', headers = {}, body, ownError, check }) {
      const what = `${method} ${path}`;
      const startedMs = performance.now();
      try {
        const answer = await request(url + path, {
          method,
          headers,
          ...(body !== undefined && { body }),
          dispatcher,
          signal: AbortSignal.timeout(BOUND_MS),
          headersTimeout: 0,
          bodyTimeout: 0,
        });
        const text = await answer.body.text();
        const ms = performance.now() - startedMs;
        if (ms > slowest.ms) slowest = { ms: Math.round(ms), what };
        const { statusCode: status } = answer;
        const code = status === ownError ? null : codeOf(status, text);
        const answered = { status, headers: answer.headers, text, code };
        count(kind, code ?? (status === ownError ? String(status) : 'ok'));
        if (code === 'internal') fault(`${what}: ${text}`);
        if (code === null) check?.(answered);
        return answered;
      } catch (err) {
        const ms = Math.round(performance.now() - startedMs);
        const why = err instanceof Error ? `${err.name}: ${err.message}` : String(err);
        count(kind, 'FAULT');
        fault(`${what} after ${ms} ms: ${why}`);
        return null;
      }
    },
  };
}

/** The code of a problem document or of a page with a problem. @throws Error if an error has none */
function codeOf(status: number, text: string): ProblemCode | null {
  if (status < 400) return null;
  const found = /^<!doctype html>/i.test(text) ? codeOnPage(status, text) : codeInDocument(text);
  if (found === undefined) throw new Error(`${status} without a code: ${text.slice(0, 300)}`);
  if (PROBLEMS[found][0] !== status) throw new Error(`${status} with the code ${found}`);
  return found;
}

const CODES = Object.keys(PROBLEMS) as ProblemCode[];

function codeInDocument(text: string): ProblemCode | undefined {
  const { code }: { readonly code?: unknown } = JSON.parse(text);
  return CODES.find((known) => known === code);
}

function codeOnPage(status: number, text: string): ProblemCode | undefined {
  if (!text.trimEnd().endsWith('</html>')) throw new Error('the page is cut');
  const mayBe = CODES.filter((code) => PROBLEMS[code][0] === status);
  return mayBe.find((code) => new RegExp(`\\b${code}\\b`).test(text));
}
