/** Answers of functions: JSON in the configured layout, and the answer to an error. */
import type { Configuration } from '../values/configuration/configuration.ts';
import { type AnswerOptions, answer, bareProblem } from './base/answer.ts';
import { answerThrown } from './base/lifecycle.ts';
import type { FunctionContext } from './function.ts';

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

/** The answer to an error that a handler throws: `app.onError`. */
export function answerError(thrown: unknown, c: FunctionContext): Response {
  // A request has no services if the configuration is not valid.
  const services: unknown = c.get('services');
  if (services === undefined) return bareProblem(thrown, c.req.path, c.get('requestId'));
  return answerThrown(thrown, c, (document) =>
    stringify(document, c.get('services').configuration),
  );
}
