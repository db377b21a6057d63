/** Answers, with the headers that all of them have, and the one place where errors become answers. */
import type { Configuration } from '../values/configuration/configuration.ts';
import { Problem } from '../values/problem.ts';
import type { FunctionContext } from './function.ts';

/** Options of an answer other than its body. */
export interface AnswerOptions {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const PROBLEM_TYPE = 'application/problem+json';

/** What an answer sends: a text, bytes, or a stream of them. */
export type AnswerBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** An answer with a body or without. Not `c.body`, which would copy each header (hono 4.13). */
export function answer(
  c: FunctionContext,
  body: AnswerBody | null,
  options: AnswerOptions = {},
): Response {
  const { method } = c.req;
  const reads = method === 'GET' || method === 'HEAD';
  const headers: Record<string, string> = {
    'X-Request-Id': c.get('requestId'),
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': reads ? 'private, no-cache' : 'no-store',
  };
  if (reads) headers['Vary'] = 'Authorization';
  if (body !== null) headers['Content-Type'] = options.type ?? 'application/json';
  return new Response(body, {
    status: options.status ?? 200,
    headers: options.headers === undefined ? headers : Object.assign(headers, options.headers),
  });
}

/** An answer with `value` as JSON, indented or compact as configured. */
export function json(c: FunctionContext, value: unknown, options: AnswerOptions = {}): Response {
  return answer(c, stringify(value, c.get('services').configuration), options);
}

/** JSON text in the configured layout. */
export function stringify(
  value: unknown,
  { app_config }: Pick<Configuration, 'app_config'>,
): string {
  return app_config.jsonify_prettyprint_regular
    ? `${JSON.stringify(value, null, 2)}\n`
    : JSON.stringify(value);
}

/**
 * Continues work after the answer (`waitUntil`), and logs its failure. On Lambda `work` has ended by then,
 * because the adapter waits for it.
 */
export function defer(c: FunctionContext, work: Promise<unknown>): void {
  const logged = work.catch((err: unknown) => {
    const fields = { request_id: c.get('requestId'), err };
    c.get('services').logger.log('ERROR', 'work after the answer failed', fields);
  });
  // Without an execution context, the process itself continues the work.
  executionContext(c)?.waitUntil(logged);
}

/** The runtime's execution context; undefined if it has none, in which case Hono throws. */
export function executionContext(c: FunctionContext): FunctionContext['executionCtx'] | undefined {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

/** The answer to an error that a handler throws: `app.onError`. */
export function answerError(thrown: unknown, c: FunctionContext): Response {
  // A request has no services if the configuration is not valid.
  const services: unknown = c.get('services');
  if (services === undefined) return bareProblem(thrown, c.req.path, c.get('requestId'));
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
  return json(c, problemDocument(problem, c.req.path, c.get('requestId')), {
    status: problem.status,
    type: PROBLEM_TYPE,
    headers: { 'Cache-Control': 'no-store', ...problem.headers },
  });
}

/** An answer that no handler makes, as its parts. */
export interface BareAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a request that does not reach the app, or has no services. */
export function bareProblem(thrown: unknown, path: string, requestId: string): Response {
  const { body, ...rest } = bareAnswer(thrown, path, requestId);
  return new Response(body, rest);
}

/** The same as its parts. */
export function bareAnswer(thrown: unknown, path: string, requestId: string): BareAnswer {
  const problem = problemOf(thrown);
  return {
    status: problem.status,
    headers: {
      'Content-Type': PROBLEM_TYPE,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Request-Id': requestId,
      ...problem.headers,
    },
    body: JSON.stringify(problemDocument(problem, path, requestId)),
  };
}

/** What a caller may know of an error: a problem as it is, and of any other error only that there was one. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = 'The service failed. Search its log for this request_id.';
  return new Problem('internal', detail, { cause: thrown });
}

/** The problem document of RFC 9457. */
function problemDocument(problem: Problem, instance: string, request_id: string) {
  const { title, status, message: detail, code, extras } = problem;
  return { type: 'about:blank', title, status, detail, instance, code, request_id, ...extras };
}
