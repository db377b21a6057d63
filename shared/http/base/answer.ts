import { Problem } from '../../values/problem.ts';

/** Options of an answer other than its body. */
export interface AnswerOptions {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The part of a context that an answer needs. The bridge's context has it, too. */
export interface Answering {
  readonly req: { readonly method: string };
  get(name: 'requestId'): string;
}

export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an answer: a text, bytes, or a stream of them. */
export type AnswerBody = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** An answer with a body or without. Not `c.body`, which would copy each header (hono 4.13). */
export function answer(
  c: Answering,
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

/** The part of an error that a caller may know: a problem as it is; of any other error, only that there was one. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = 'The service failed. Search its log for this request_id.';
  return new Problem('internal', detail, { cause: thrown });
}

/** The problem document of RFC 9457. */
export function problemDocument(problem: Problem, instance: string, request_id: string) {
  const { title, status, message: detail, code, extras } = problem;
  return { type: 'about:blank', title, status, detail, instance, code, request_id, ...extras };
}
