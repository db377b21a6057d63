/** Sends long answers in parts, within the budget of large answers. */
import type { Context } from 'hono';
import { bodyOf, type Part } from '../../values/body-parts.ts';
import { type AnswerOptions, answer } from '../base/answer.ts';
import { Connection } from '../base/connection.ts';
import { encodeDocument } from '../encoded-rows.ts';
import type { FunctionContext } from '../function.ts';

/** Answers with an object whose lists may be long. @throws Problem overloaded */
export async function answerDocument(
  c: FunctionContext,
  document: Readonly<Record<string, unknown>>,
  options: AnswerOptions = {},
): Promise<Response> {
  const { configuration, largeAnswers, giveWay } = c.get('services');
  const layout = { isPretty: configuration.app_config.jsonify_prettyprint_regular, giveWay };
  const parts = await largeAnswers.inTurn(() => encodeDocument(document, layout), c.req.raw.signal);
  holdWhileSending(c, parts);
  return answer(c, bodyOf(parts), options);
}

/** Counts the parts of an answer until its connection has taken them, or is closed. @throws Problem overloaded */
export function holdWhileSending(c: FunctionContext, parts: readonly Part[]): void {
  const { env }: Pick<Context, 'env'> = c;
  const whenSent = env instanceof Connection ? env.whenSent : undefined;
  if (whenSent === undefined) return;
  whenSent(c.get('services').largeAnswers.hold(parts));
}
