/** The large answers of a process: how they share encoded rows, and how many bytes of them are under way. */
import type { Context } from 'hono';
import { bodyOf, type Part } from '../../values/body-parts.ts';
import { type AnswerOptions, answer } from '../base/answer.ts';
import { Connection } from '../base/connection.ts';
import type { FunctionContext } from '../function.ts';
import { type EncodedRows, encodeDocument, encodeRows, type RowLists } from './encoded-rows.ts';

/** Lists of rows that were searched, sorted and cut. */
export interface FoundLists {
  readonly lists: RowLists;
}

export interface EncodeOptions {
  readonly isPretty: boolean;
  /** Aborts when nobody waits any more. */
  readonly signal?: () => AbortSignal;
}

export interface LargeAnswers {
  /**
   * Encodes the rows of an answer, one answer after another. Rows that others send now are not encoded again, nor is
   * the same `found`.
   * @param found a function finds the rows when it is their turn
   * @throws Problem overloaded
   */
  encode<Found extends FoundLists>(
    found: Found | (() => Found),
    options: EncodeOptions,
  ): Promise<{ readonly found: Found; readonly encoded: EncodedRows }>;
  /** Runs work that makes a large answer, one after another. @throws Problem overloaded */
  inTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /** Runs work that makes and encodes the plan of a cleanup, which may name every artifact. @throws Problem overloaded */
  planInTurn<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  /**
   * Counts parts as under way until the returned function is called. A part that several answers have counts once.
   * @throws Problem overloaded
   */
  hold(parts: readonly Part[]): () => void;
}

/** For runtimes where requests share nothing, and for short lists. */
export const separateAnswers: LargeAnswers = {
  encode: async (given, options) => {
    const found = typeof given === 'function' ? given() : given;
    return { found, encoded: await encodeRows(found.lists, options) };
  },
  inTurn: (work) => work(),
  planInTurn: (work) => work(),
  hold: () => () => undefined,
};

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
