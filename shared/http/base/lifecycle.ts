/**
 * What happens to every request in every app: it gets an id, errors become answers, and after the answer it is counted,
 * its span ends and its line is written.
 */
import type { Context, Next } from 'hono';
import { Problem } from '../../values/problem.ts';
import { answer, PROBLEM_TYPE, problemDocument, problemOf } from './answer.ts';
import type { BaseEnv, Observers } from './base-env.ts';
import { recordAnswer } from './log-line.ts';

const VALID_REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's request id if it is valid, otherwise a new one (`hono/request-id` refuses dots). */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && VALID_REQUEST_ID.test(given) ? given : crypto.randomUUID();
}

/** Runs the rest of the app for a request that has its variables, and tells of the answer. */
export async function serveObserved<E extends BaseEnv>(
  c: Context<E>,
  next: Next,
  observers: Observers,
  answerError: (thrown: unknown, c: Context<E>) => Response,
): Promise<void> {
  observers.metrics.requestBegan();
  try {
    await next();
  } catch (thrown) {
    // Hono calls onError only for Errors, but a signal may be aborted with any value.
    c.res = answerError(thrown, c);
  }
  recordAnswer(c, observers);
}

/**
 * The answer to an error.
 * @param textOf writes the problem document; by default as compact JSON
 */
export function answerThrown<E extends BaseEnv>(
  thrown: unknown,
  c: Context<E>,
  textOf: (document: object) => string = JSON.stringify,
): Response {
  const { fields } = c.get('log');
  if (!(thrown instanceof Problem) && c.req.raw.signal.aborted) {
    fields['aborted'] = true;
    return new Response(null, { status: 499 }); // the client has disconnected; only the log shows this
  }
  const problem = problemOf(thrown);
  const { code, extras, cause } = problem;
  Object.assign(fields, { code, detail: problem.message });
  if (extras['outcome'] !== undefined) fields['outcome'] = extras['outcome'];
  if (cause !== undefined) fields['err'] = cause;
  return answer(c, textOf(problemDocument(problem, c.req.path, c.get('requestId'))), {
    status: problem.status,
    type: PROBLEM_TYPE,
    headers: { 'Cache-Control': 'no-store', ...problem.headers },
  });
}
